/** Lines of ours that serve no place any more: said, proposed, taken out, and brought back. */

import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { faulty } from '../../support/faults.ts';
import { dockaudit, readReport, type Ended } from '../../support/golden.ts';
import { listedOn, practised, type, type Practised } from '../../support/hosts.ts';

const OURS = '/etc/audit/rules.d/zz-docker.rules';
const UNIT = '/usr/lib/systemd/system/docker.service';
const SBIN = '-w /usr/sbin/dockerd -k docker';
const BIN = '-w /usr/bin/dockerd -k docker';
const SOCKET = '-w /usr/lib/systemd/system/docker.socket -k docker';

const fix = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['--yes', '--format', 'json', ...args]);
const check = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['check', '--format', 'json', ...args]);
const plan = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['plan', '--format', 'json', ...args]);

const rulesOf = ({ root }: Practised): readonly string[] =>
  readFileSync(root + OURS, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('-'));
const listedAs = (...lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replace(' -k', ' -p rwxa -k'));

const noted = v.object({ host: v.object({ notes: v.array(v.string()) }) });
const notes = ({ report }: Ended): string => v.parse(noted, report).host.notes.join('\n');
const planned = v.object({
  plan: v.object({ withdrawn: v.array(v.object({ text: v.string(), reason: v.string() })) }),
});
const withdrawn = ({ report }: Ended) => v.parse(planned, report).plan.withdrawn;

/** /usr/sbin becomes a link to /usr/bin, as Fedora 42 and Arch have it. */
function mergeSbin({ root }: Practised): void {
  const [sbin, bin] = [`${root}/usr/sbin`, `${root}/usr/bin`];
  for (const name of readdirSync(sbin)) renameSync(`${sbin}/${name}`, `${bin}/${name}`);
  rmdirSync(sbin);
  symlinkSync('bin', sbin);
}

/** The package of another vendor puts dockerd elsewhere. */
function moveDaemon({ root }: Practised, to: string): void {
  mkdirSync(`${root}${to.slice(0, to.lastIndexOf('/'))}`, { recursive: true });
  renameSync(`${root}/usr/sbin/dockerd`, root + to);
  const unit = readFileSync(root + UNIT, 'utf8');
  writeFileSync(root + UNIT, unit.replaceAll('/usr/sbin/dockerd', to));
  rmSync(`${root}/proc/731`, { recursive: true, force: true });
}

describe('two of our lines that have come to name one file', () => {
  it('are noted, and one goes: that which is not spelled as the file is', async () => {
    using made = await practised();
    await fix(made);
    expect(rulesOf(made)).toEqual([SBIN, BIN, SOCKET]);
    mergeSbin(made);
    expect(notes(await check(made))).toContain(`'${SBIN}' serves no place any more`);
    const shown = await plan(made);
    expect(shown.exit).toBe(2);
    expect(withdrawn(shown).map(({ text }) => text)).toEqual([SBIN]);
    expect(withdrawn(shown)[0]?.reason).toContain('one file now');

    const before = [readFileSync(made.root + OURS, 'utf8'), await listedOn(made.host)];
    const ended = await fix(made);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(rulesOf(made)).toEqual([BIN, SOCKET]);
    expect(await listedOn(made.host)).toEqual(listedAs(BIN, SOCKET));
    expect(readReport(ended).plan?.daemon.kind).toBe('leave');
    expect(notes(await check(made))).not.toContain('no place');
    expect((await plan(made)).exit).toBe(0);

    const undone = await dockaudit(made.host, ['rollback', '--yes', '--format', 'json']);
    expect(undone.exit, undone.stdout).toBe(0);
    expect([readFileSync(made.root + OURS, 'utf8'), await listedOn(made.host)]).toEqual(before);
  });

  it('stay where the one that would stay asks for less', async () => {
    using made = await practised();
    await fix(made);
    const text = readFileSync(made.root + OURS, 'utf8');
    writeFileSync(made.root + OURS, text.replace(BIN, '-w /usr/bin/dockerd -p x -k docker'));
    mergeSbin(made);
    expect(withdrawn(await plan(made))).toEqual([]);
  });
});

describe('a line of ours for a daemon that has moved', () => {
  it('goes with its comment, and the new place gets a line', async () => {
    using made = await practised();
    await fix(made);
    moveDaemon(made, '/usr/local/bin/dockerd');
    expect(notes(await check(made))).toContain(`'${SBIN}' serves no place any more`);
    const ended = await fix(made);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(rulesOf(made)).toEqual([BIN, SOCKET, '-w /usr/local/bin/dockerd -k docker']);
    expect(readFileSync(made.root + OURS, 'utf8')).not.toContain('/usr/sbin/dockerd');
    expect(readReport(ended).plan?.notes.join('\n')).toContain(
      "'-w /usr/sbin/dockerd -k docker' goes: nothing stands at /usr/sbin/dockerd any more",
    );
    expect((await listedOn(made.host)).toSorted()).toEqual(
      listedAs(BIN, SOCKET, '-w /usr/local/bin/dockerd -k docker').toSorted(),
    );
  });

  it('goes live where a load would do more than that', async () => {
    using made = await practised();
    await fix(made);
    const before = await listedOn(made.host);
    writeFileSync(
      `${made.root}/etc/audit/rules.d/40-waits.rules`,
      '-w /etc/group -p wa -k waits\n',
    );
    moveDaemon(made, '/usr/bin/dockerd');
    const { host, effects } = faulty(made.host, 'before', 0);
    const ended = await dockaudit(host, ['--yes', '--format', 'json']);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(await listedOn(made.host)).toEqual(listedAs(BIN, SOCKET));
    expect(effects.filter((effect) => / -R |augenrules/.test(effect))).toEqual([]);
    const undone = await dockaudit(made.host, ['rollback', '--yes', '--format', 'json']);
    expect(undone.exit, undone.stdout).toBe(0);
    expect(await listedOn(made.host)).toEqual(before);
  });

  it('is left, and said so, where an undo could not bring its rule back to its place', async () => {
    using made = await practised('kernel-only-rules');
    await fix(made);
    const before = await listedOn(made.host);
    moveDaemon(made, '/usr/bin/dockerd');
    const ended = await fix(made);
    expect(readReport(ended).plan?.notes.join('\n')).toContain(
      `'${SBIN}' serves no place any more`,
    );
    expect(await listedOn(made.host)).toEqual(before);
    expect(rulesOf(made)).toContain(SBIN);
  });

  it('goes although its directory is gone, too, and every load would stop at it', async () => {
    using made = await practised();
    moveDaemon(made, '/opt/docker/dockerd');
    await fix(made);
    renameSync(`${made.root}/opt/docker/dockerd`, `${made.root}/usr/sbin/dockerd`);
    rmSync(`${made.root}/opt/docker`, { recursive: true });
    const unit = readFileSync(made.root + UNIT, 'utf8');
    writeFileSync(made.root + UNIT, unit.replaceAll('/opt/docker/dockerd', '/usr/sbin/dockerd'));
    const ended = await fix(made);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(rulesOf(made)).toEqual([BIN, SOCKET, SBIN]);
  });
});

describe('nothing goes', () => {
  it('where Docker is gone as a whole: it may come back', async () => {
    using made = await practised();
    await fix(made, '--all');
    moveDaemon(made, '/root/dockerd');
    for (const path of ['/root/dockerd', UNIT, '/usr/lib/systemd/system/docker.socket'])
      rmSync(made.root + path);
    const shown = await plan(made, '--all');
    expect(withdrawn(shown)).toEqual([]);
    expect(notes(await check(made, '--all'))).not.toContain('no place');
  });

  it("that a person wrote, nor the benchmark's own path", async () => {
    using made = await practised();
    await fix(made);
    appendFileSync(made.root + OURS, '# Mine\n-w /usr/local/bin/gone -p x -k docker\n');
    await type(made.host, '/usr/sbin/augenrules --load');
    rmSync(`${made.root}/usr/bin/dockerd`, { force: true });
    expect(withdrawn(await plan(made))).toEqual([]);
  });

  it('of a control that this run does not judge', async () => {
    using made = await practised();
    await fix(made);
    moveDaemon(made, '/usr/local/bin/dockerd');
    expect(withdrawn(await plan(made, '--control', '1.2.7'))).toEqual([]);
  });
});
