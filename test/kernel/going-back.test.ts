/** What goes wrong on the way: files, table and daemon are as before, whoever stopped it. */

import { existsSync, watch } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import {
  begin,
  begun,
  daemonPid,
  dockaudit,
  auditFiles,
  liveKernel,
  machine,
  MERGED,
  OUR_FILE,
  OURS,
  runProgram,
  RULES_D,
  settings,
  table,
  write,
} from '../support/kernel.ts';

liveKernel();

const BASE = { '20-base.rules': '-w /etc/hosts -p wa -k base\n' };
const LISTED = ['-w /etc/hosts -p wa -k base'];

/** Calls `task` once, in the moment in which something is written into rules.d. */
function whenRulesAreWritten(task: () => void): void {
  const watcher = watch(RULES_D, () => {
    watcher.close();
    task();
  });
  onTestFinished(() => watcher.close());
}

test('a generated file that nobody can write is found before the first write', async () => {
  await begin({ daemon: 'running', rules: BASE });
  const before = machine();
  await runProgram('/usr/bin/chattr', '+i', MERGED);
  onTestFinished(async () => void (await runProgram('/usr/bin/chattr', '-i', MERGED)));

  const said = await dockaudit('--yes');
  expect(said).toMatchObject({ status: 1 });
  expect(said.stdout + said.stderr).toContain(`chattr -i ${MERGED}`);
  expect(machine()).toEqual(before);
  expect(existsSync(OUR_FILE)).toBe(false);
});

test('what will not go back is named, the rest goes back, and rollback ends it later', async () => {
  await begin({ daemon: 'running', rules: BASE });
  const before = machine();
  for (const path of [MERGED, OUR_FILE])
    onTestFinished(async () => void (await runProgram('/usr/bin/chattr', '-f', '-i', path)));
  const run = begun('--yes');
  await run.says(`write ${OUR_FILE}`);
  await runProgram('/usr/bin/chattr', '+i', MERGED, OUR_FILE);

  expect(await run.ended).toMatchObject({
    status: 5,
    stderr: expect.stringContaining(`rm -f ${OUR_FILE}`),
  });
  expect(Object.keys(auditFiles())).not.toContain(`${MERGED}.prev`);
  expect(table()).toEqual(LISTED);

  for (const path of [MERGED, OUR_FILE]) await runProgram('/usr/bin/chattr', '-i', path);
  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('somebody adds a rules file during the load: ours goes, theirs stays', async () => {
  await begin({ daemon: 'running', rules: BASE });
  const [before, pid] = [table(), daemonPid()];
  whenRulesAreWritten(() => write({ '30-late.rules': '-w /etc/hostname -p wa -k late\n' }));

  expect(await dockaudit('--yes')).toMatchObject({ status: 4 });
  expect(table()).toEqual(before);
  expect(daemonPid()).toBe(pid);
  expect(Object.keys(auditFiles()).filter((path) => /late|docker|prev/.test(path))).toEqual([
    `${RULES_D}/30-late.rules`,
  ]);
});

test('somebody adds a line that does not load: the half-loaded table is whole again', async () => {
  const many = Array.from({ length: 5 }, (_, n) => `-w /etc/hosts -p wa -k base${n}\n`).join('');
  await begin({ daemon: 'running', rules: { '20-base.rules': many } });
  const [before, set] = [table(), settings()];
  expect(before).toHaveLength(5);
  whenRulesAreWritten(() => write({ '10-late.rules': '-w /no/such/place -p wa -k late\n' }));

  const said = await dockaudit('--yes');
  expect(said).toMatchObject({ status: 4, stderr: expect.stringContaining('augenrules --load') });
  expect(table()).toEqual(before);
  expect(settings()).toEqual(set);
  expect(existsSync(OUR_FILE)).toBe(false);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s while auditd restarts: exit %i, and all is as before', async (name, status) => {
  await begin({ daemon: 'running', rules: BASE });
  const before = machine();
  const run = begun('--yes');
  await run.says('read the table back');
  expect(table().length).toBeGreaterThan(LISTED.length);
  run.signal(name);

  expect(await run.ended).toMatchObject({ status });
  expect(machine()).toEqual(before);
  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 64 });
});

test('SIGINT while a change is undone: it is undone to the end', async () => {
  await begin({ daemon: 'stopped' });
  const before = machine();
  await dockaudit('--yes');
  const run = begun('rollback', '--yes');
  await run.says('restore the files');
  run.signal('SIGINT');

  expect(await run.ended).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('two runs at one time: the second names the first and exits 75', async () => {
  await begin({ daemon: 'running' });
  const first = begun('--yes');
  await first.says('read the table back');

  expect(await dockaudit('--yes')).toMatchObject({
    status: 75,
    stderr: expect.stringMatching(new RegExp(`process\\s+${first.pid},`)),
  });
  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 75 });
  expect(await first.ended).toMatchObject({ status: 0 });
});

async function killedWhileAuditdRestarts(): Promise<void> {
  const run = begun('--yes');
  await run.says('read the table back');
  run.signal('SIGKILL');
  await run.ended;
}

test.each([
  ['recover', '--yes'],
  ['rollback', '--yes'],
])('killed outright while auditd restarts: %s brings it back', async (...args) => {
  await begin({ daemon: 'running', rules: BASE });
  const before = machine();
  await killedWhileAuditdRestarts();
  expect(await dockaudit('check')).toMatchObject({
    stdout: expect.stringContaining('is unfinished'),
  });
  expect(await dockaudit(...args)).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('killed outright while auditd restarts: recover --to after ends it as promised', async () => {
  await begin({ daemon: 'running', rules: BASE });
  const before = machine();
  await killedWhileAuditdRestarts();
  expect(await dockaudit('recover', '--to', 'after')).toMatchObject({ status: 0 });
  expect(table()).toEqual([...LISTED, ...OURS]);
  expect(existsSync(OUR_FILE)).toBe(true);
  expect(daemonPid()).toBeGreaterThan(0);
  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('killed outright in an undo: fix undoes it first, then goes on', async () => {
  await begin({ daemon: 'running', rules: BASE });
  expect(await dockaudit('--yes')).toMatchObject({ status: 0 });
  const run = begun('rollback', '--yes');
  await run.says('restore the files');
  run.signal('SIGKILL');
  await run.ended;

  expect(await dockaudit('--yes')).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/was cut off while\s+it\s+was\s+undone/),
  });
  expect(table()).toEqual([...LISTED, ...OURS]);
});
