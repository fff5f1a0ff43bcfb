/** `remove` takes out all that is ours and nothing else, and can be undone. */

import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { faulty } from '../../support/faults.ts';
import { dockaudit, goldenHost, parseManifest, readReport } from '../../support/golden.ts';
import { listedOn, practised, type, type Practised } from '../../support/hosts.ts';

const R = '/etc/audit/rules.d';
const OURS = `${R}/zz-docker.rules`;
const GENERATED = '/etc/audit/audit.rules';
const MINE = '-w /etc/hostname -p wa -k mine';
const SITE = '-w /etc/group -p wa -k site';

const manifest = (name: string) =>
  parseManifest(readFileSync(new URL(`../../golden/hosts/${name}.json`, import.meta.url), 'utf8'));

const fix = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['--yes', '--format', 'json', ...args]);
const remove = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['remove', '--yes', '--format', 'json', ...args]);
const rollback = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['rollback', '--yes', '--format', 'json', ...args]);
const textOf = (made: Practised, path = OURS): string => readFileSync(made.root + path, 'utf8');

/** Every file below /etc/audit with its bytes. */
function files(made: Practised): Readonly<Record<string, string>> {
  const all = readdirSync(`${made.root}/etc/audit`, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    all
      .filter((entry) => entry.isFile() && entry.name !== 'audit.rules.prev')
      .map(({ parentPath, name }) => [
        `${parentPath}/${name}`,
        readFileSync(`${parentPath}/${name}`, 'utf8'),
      ]),
  );
}

const withdrawn = v.object({
  plan: v.object({
    withdrawn: v.array(v.object({ text: v.string(), kernelIndex: v.optional(v.number()) })),
  }),
});

describe('remove', () => {
  it('leaves files and kernel as they were before the first of several changes', async () => {
    using made = await practised();
    const before = files(made);
    await fix(made, '--control', '1.2.3');
    await fix(made, '--all');
    const ended = await remove(made);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(files(made)).toEqual(before);
    expect(await listedOn(made.host)).toEqual(['No rules']);
    expect(readReport(ended).findings.map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
  });

  it('is a change: rollback brings all of it back', async () => {
    using made = await practised();
    await fix(made, '--all');
    const [before, listed] = [files(made), await listedOn(made.host)];
    await remove(made);
    const ended = await rollback(made);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(files(made)).toEqual(before);
    expect(await listedOn(made.host)).toEqual(listed);
  });

  it.each(['fresh', 'kernel-only-rules'])(
    'takes a rule that only the kernel holds, and rollback brings it back: %s',
    async (scenario) => {
      using made = await practised(scenario);
      const theirs = await listedOn(made.host);
      rmSync(`${made.root}/usr/lib/systemd/system/docker.socket`);
      writeFileSync(`${made.root}/run/systemd/system/docker.socket`, '[Socket]\n');
      await fix(made, '--control', '1.2.7');
      const listed = await listedOn(made.host);
      expect(listed).toContain('-w /run/systemd/system/docker.socket -p rwxa -k docker');
      expect((await remove(made)).exit).toBe(0);
      expect(await listedOn(made.host)).toEqual(theirs);
      const ended = await rollback(made);
      expect(ended.exit, ended.stdout).toBe(0);
      expect(await listedOn(made.host)).toEqual(listed);
    },
  );

  it('finds nothing of ours after that, and changes nothing', async () => {
    using made = await practised();
    await fix(made);
    await remove(made);
    const { host, effects } = faulty(made.host, 'before', 0);
    const ended = await dockaudit(host, ['remove', '--yes']);
    expect(ended.exit).toBe(0);
    expect(ended.stdout).toContain('nothing here is ours');
    expect(ended.stdout).not.toContain('Expected verdicts');
    expect(effects.filter((effect) => !effect.includes('/var/lib/dockaudit'))).toEqual([]);
  });

  it('needs no journal for a file with our mark', async () => {
    using made = await practised();
    await fix(made);
    rmSync(`${made.root}/var/lib/dockaudit`, { recursive: true });
    expect((await remove(made)).exit).toBe(0);
    expect(existsSync(made.root + OURS)).toBe(false);
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });

  it("keeps a person's lines in our file, wherever they stand, and their rules", async () => {
    using made = await practised();
    await fix(made);
    writeFileSync(
      made.root + OURS,
      textOf(made).replace('dockerd -k docker\n', `dockerd -k docker\n${MINE}\n`),
    );
    appendFileSync(made.root + OURS, '# Mine\n-w /etc/issue -p wa -k docker\n');
    await type(made.host, '/usr/sbin/augenrules --load');
    expect((await remove(made)).exit).toBe(0);
    expect(textOf(made)).toBe(`\n${MINE}\n# Mine\n-w /etc/issue -p wa -k docker\n`);
    expect(await listedOn(made.host)).toEqual([MINE, '-w /etc/issue -p wa -k docker']);
    expect((await type(made.host, '/usr/sbin/augenrules --check')).stdout).toContain('No change');
  });

  it('takes ours out one by one where a load would do more than that', async () => {
    using made = await practised('kernel-only-rules');
    const before = await listedOn(made.host);
    await fix(made);
    const { host, effects } = faulty(made.host, 'before', 0);
    const ended = await dockaudit(host, ['remove', '--yes', '--format', 'json']);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(await listedOn(made.host)).toEqual(before);
    expect(effects.filter((effect) => / -R |augenrules|systemctl/.test(effect))).toEqual([]);
    expect(existsSync(made.root + OURS)).toBe(false);
  });

  it('keeps the order of rules that others typed after ours, and so does its undo', async () => {
    using made = await practised();
    await fix(made);
    await type(made.host, `/sbin/auditctl ${SITE}`);
    await type(made.host, `/sbin/auditctl ${MINE}`);
    const listed = await listedOn(made.host);
    expect((await remove(made)).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual([SITE, MINE]);
    const undone = await rollback(made);
    expect(undone.exit, undone.stdout).toBe(0);
    const back = await listedOn(made.host);
    expect(back.toSorted()).toEqual(listed.toSorted());
    // Of theirs only a listing tells what they are: none was taken out and added again.
    expect(back.slice(0, 2)).toEqual([SITE, MINE]);
    expect(undone.stdout).toContain(
      'ours come back behind 2 rules of others, none of which can silence ours',
    );
    expect(textOf(made)).toContain('dockerd -k docker\n');
  });

  it.each([
    ['-a never,exit -F path=/usr/sbin/dockerd -F perm=rwxa', '-w /usr/sbin/dockerd -p rwxa'],
    ['-a never,exit -F arch=b64 -S openat -F auid=1000', undefined],
  ])('says which of these may silence ours, now that they come first: %s', async (rule, listed) => {
    using made = await practised();
    await fix(made);
    await type(made.host, `/sbin/auditctl ${SITE}`);
    await type(made.host, `/sbin/auditctl ${rule}`);
    expect((await remove(made)).exit).toBe(0);
    const undone = await rollback(made);
    expect(undone.exit, undone.stdout).toBe(0);
    const [line] = (await listedOn(made.host)).filter((one) => /^-a never|rwxa$/.test(one));
    expect(listed ?? line).toBe(line);
    expect(undone.stdout).toContain(`it silences ours there: '${line}'`);
  });

  it('takes exactly what the journal says out of a plain rules file', async () => {
    using made = await goldenHost(manifest('auditctl-mechanism'));
    const [before, listed] = [files(made), await listedOn(made.host)];
    await fix(made);
    expect(files(made)).not.toEqual(before);
    expect((await remove(made)).exit).toBe(0);
    expect(files(made)).toEqual(before);
    expect(await listedOn(made.host)).toEqual(listed);
  });

  it('brings back what we had silenced, to its line and its list', async () => {
    using made = await practised('suppressed');
    const [before, listed] = [files(made), await listedOn(made.host)];
    await fix(made, '--unsilence');
    expect(await listedOn(made.host)).not.toContain('-a never,task');
    const ended = await remove(made);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(files(made)).toEqual(before);
    expect(await listedOn(made.host)).toEqual(listed);
  });

  it('waits for a reboot on an immutable kernel, which keeps its rules until then', async () => {
    using made = await practised('immutable');
    await fix(made);
    await type(made.host, '/usr/bin/systemctl reboot');
    const listed = await listedOn(made.host);
    expect(listed.length).toBeGreaterThan(2);
    const ended = await remove(made);
    expect(ended.exit, ended.stdout).toBe(3);
    expect(existsSync(made.root + OURS)).toBe(false);
    expect(await listedOn(made.host)).toEqual(listed);
    expect(v.parse(withdrawn, ended.report).plan.withdrawn.map((one) => one.kernelIndex)).toEqual(
      listed.filter((line) => line.endsWith('-k docker')).map(() => undefined),
    );
    await type(made.host, '/usr/bin/systemctl reboot');
    expect((await listedOn(made.host)).join('\n')).not.toContain('docker');
  });

  it('leaves auditd running that we started, and says so', async () => {
    using made = await practised('auditd-stopped');
    await fix(made);
    const ended = await remove(made);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(readReport(ended).plan?.notes.join('\n')).toContain(
      'auditd, which we started, goes on running',
    );
    expect((await type(made.host, '/sbin/auditctl -s')).stdout).not.toContain('\npid 0\n');
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });

  it.each([
    ['nobody can be asked', []],
    ['it is a dry run', ['--dry-run', '--yes']],
  ])('changes nothing where %s, and shows the diff', async (_situation, args) => {
    using made = await practised();
    await fix(made);
    const [before, listed] = [files(made), await listedOn(made.host)];
    const ended = await dockaudit(made.host, ['remove', ...args]);
    expect(ended.exit).toBe(2);
    expect(ended.stdout).toContain(`Remove ${OURS}`);
    expect(ended.stdout).toContain('\n--w /usr/sbin/dockerd -k docker\n');
    expect([files(made), await listedOn(made.host)]).toEqual([before, listed]);
  });

  it.each(['before', 'after'] as const)(
    'goes back where a step fails %s its effect',
    async (fault) => {
      using made = await practised();
      await fix(made);
      const [before, listed] = [files(made), await listedOn(made.host)];
      const { effects } = await (async () => {
        using other = await practised();
        await fix(other);
        const seen = faulty(other.host, 'before', 0);
        await dockaudit(seen.host, ['remove', '--yes']);
        return { effects: [...seen.effects] };
      })();
      const at = effects.findIndex((effect) => effect.startsWith('run ')) + 1;
      expect(at).toBeGreaterThan(1);
      const ended = await dockaudit(faulty(made.host, fault, at).host, [
        'remove',
        '--yes',
        '--format',
        'json',
      ]);
      expect(ended.exit, ended.stdout).toBe(4);
      expect(files(made)).toEqual(before);
      expect(await listedOn(made.host)).toEqual(listed);
      expect(existsSync(made.root + GENERATED)).toBe(true);
    },
  );
});
