/** On hosts with any rules of others: what is planned loads, is kept, and leaves nothing to plan. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absolutePath } from '../../../src/paths.ts';
import { decode } from '../../../src/text.ts';
import { dockaudit, goldenHost, parseManifest, readReport } from '../../support/golden.ts';
import { listedOn } from '../../support/hosts.ts';

/** Lines of others, some of them ours in another spelling, one that silences, one that narrows. */
const FOREIGN = [
  '-w /etc/passwd -p wa -k accounts',
  '-w /etc/docker -k docker',
  '-w /usr/sbin/dockerd -p x -k daemon',
  '-w /usr/sbin/dockerd -k docker',
  '-w /usr/bin/dockerd -k docker',
  '-w /usr/lib/systemd/system/docker.socket -p wa -k units',
  '-a always,exit -F path=/usr/sbin/dockerd -F perm=wa -F auid>=1000 -F key=people',
  '-a always,exit -F arch=b64 -S execve -F key=exec',
  '-a never,exit -F path=/usr/lib/systemd/system/docker.socket -F perm=w',
  '-a always,exclude -F msgtype=CWD',
  '-b 8192',
  '# A comment',
  '',
];

const names = ['10-first.rules', '50-site.rules', 'audit.rules', 'zy-late.rules'];
const line = fc.constantFrom(...FOREIGN);

/** No line twice on one host: the second would stop its load. */
function filesOf(text: fc.Arbitrary<string>) {
  const name = fc.constantFrom(...names.filter((one) => one !== 'audit.rules'));
  return fc
    .uniqueArray(fc.tuple(name, text), { selector: ([, one]) => one, maxLength: 6 })
    .map((pairs) => Map.groupBy(pairs, ([one]) => one))
    .map((byName) =>
      Object.fromEntries(
        [...byName].map(([one, pairs]) => [
          `/etc/audit/rules.d/${one}`,
          pairs.map(([, each]) => each),
        ]),
      ),
    );
}

const files = filesOf(line);

/** Each silences all of ours, or some. */
const SILENCERS = [
  '-a never,task',
  '-a task,never -F auid=1000',
  '-a never,exit -F path=/usr/sbin/dockerd',
  '-a never,exit -F dir=/usr/sbin -F perm=x -F key=quiet',
  '-a never,exit -F path=/usr/sbin/dockerd -F perm=rwxa -F key=docker',
  '-a never,exit -F arch=b64 -S all -F uid=0',
  '-a always,exclude -F msgtype=SYSCALL',
];

const silencedFiles = filesOf(fc.oneof(line, fc.constantFrom(...SILENCERS)));

const args = fc.constantFrom<readonly string[]>(
  [],
  ['--style', 'syscall'],
  ['--key', 'containers'],
  ['--strict'],
  ['--no-restart'],
);

function manifest(texts: Readonly<Record<string, readonly string[]>>, boots: boolean) {
  return parseManifest(
    JSON.stringify({
      situation: 'rules of others',
      source: 'fast-check',
      files: texts,
      boots,
      expected: { exit: 0, verdicts: {} },
    }),
  );
}

describe('a plan', () => {
  it('is kept, repeats no rule, takes nothing away, and is empty afterwards', async () => {
    await fc.assert(
      fc.asyncProperty(files, fc.boolean(), args, async (texts, boots, asked) => {
        using made = await goldenHost(manifest(texts, boots));
        const before = await listedOn(made.host);
        const { plan } = readReport(
          await dockaudit(made.host, ['plan', '--format', 'json', ...asked]),
        );
        expect(plan?.blockers).toEqual([]);

        const ended = await dockaudit(made.host, ['--yes', '--format', 'json', ...asked]);
        const whole =
          plan?.leftOut.length === 0 && plan.promises.every(({ verdict }) => verdict === 'pass');
        expect(ended.exit, ended.stdout.slice(0, 2000)).toBe(whole ? 0 : 2);

        const after = await listedOn(made.host);
        const rules = after.filter((text) => text !== 'No rules');
        expect(new Set(rules).size, rules.join('\n')).toBe(rules.length);
        expect(rules.filter((text) => before.includes(text))).toEqual(
          before.filter((text) => text !== 'No rules'),
        );
        for (const [path, lines] of Object.entries(texts)) {
          const image = await made.host.read(absolutePath(path));
          expect(image && decode(image.bytes)).toBe(lines.map((text) => `${text}\n`).join(''));
        }

        const again = readReport(
          await dockaudit(made.host, ['plan', '--format', 'json', ...asked]),
        );
        expect(again.plan?.edits).toEqual([]);
        expect(again.plan?.commands).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a plan under --unsilence', () => {
  it('leaves nothing that silences, and its undo leaves the host as it was', async () => {
    await fc.assert(
      fc.asyncProperty(silencedFiles, fc.boolean(), async (texts, boots) => {
        using made = await goldenHost(manifest(texts, boots));
        const before = await listedOn(made.host);
        const ended = await dockaudit(made.host, ['--yes', '--unsilence', '--format', 'json']);
        const verdicts = readReport(ended).findings.map(({ verdict }) => verdict);
        expect(
          verdicts.filter((verdict) => verdict !== 'pass' && verdict !== 'pending'),
          ended.stdout,
        ).toEqual([]);

        const again = readReport(
          await dockaudit(made.host, ['plan', '--unsilence', '--format', 'json']),
        );
        expect(again.plan?.edits).toEqual([]);
        expect(again.plan?.commands).toEqual([]);

        const undone = await dockaudit(made.host, ['rollback', '--yes', '--format', 'json']);
        expect([0, 64]).toContain(undone.exit);
        expect(await listedOn(made.host)).toEqual(before);
        for (const [path, lines] of Object.entries(texts)) {
          const image = await made.host.read(absolutePath(path));
          expect(image && decode(image.bytes)).toBe(lines.map((text) => `${text}\n`).join(''));
        }
      }),
      { numRuns: 15 },
    );
  });
});
