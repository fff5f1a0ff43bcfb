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
const files = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...names.filter((name) => name !== 'audit.rules')), line), {
    selector: ([, text]) => text,
    maxLength: 6,
  })
  .map((pairs) => Map.groupBy(pairs, ([name]) => name))
  .map((byName) =>
    Object.fromEntries(
      [...byName].map(([name, pairs]) => [
        `/etc/audit/rules.d/${name}`,
        pairs.map(([, text]) => text),
      ]),
    ),
  );

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
