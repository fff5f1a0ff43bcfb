/** The options that change what is written, loaded or restarted, on the live host. */

import { mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, expect, test } from 'vitest';
import {
  AUDIT,
  auditctl,
  begin,
  daemonPid,
  DAEMON_RULE,
  dockaudit,
  auditFiles,
  liveKernel,
  LITERAL_RULE,
  machine,
  OURS,
  reported,
  rulesOf,
  SOCKET_RULE,
  table,
  untouched,
  verdicts,
  write,
} from '../support/kernel.ts';

liveKernel();

const WAITING = { '10-waiting.rules': '-w /etc/hosts -p wa -k waiting\n' };
const WAITING_LISTED = '-w /etc/hosts -p wa -k waiting';
const folder = mkdtempSync(join(tmpdir(), 'plans-'));
const planFile = join(folder, 'plan.json');
afterAll(() => rmSync(folder, { recursive: true }));

/** Fixes without a restart, judges, and goes back; gives the table in between. */
async function tableWith(...options: readonly string[]): Promise<readonly string[]> {
  await begin({ daemon: 'running' });
  const [before, pid] = [machine(), daemonPid()];
  const report = await reported('--yes', '--no-restart', ...options);
  expect(report.status).toBe(0);
  const listed = table();
  expect(daemonPid()).toBe(pid);
  expect(verdicts(await reported('check'))).toEqual(['1.2.3 pass', '1.2.7 pass']);

  expect(await dockaudit('rollback', report.change?.id ?? '', '--yes')).toMatchObject({
    status: 0,
  });
  expect(machine()).toEqual(before);
  return listed;
}

test('--style syscall writes one rule for each architecture', async () => {
  const places = ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/lib/systemd/system/docker.socket'];
  const wanted = places.flatMap((path) => [
    `-a always,exit -F arch=b64 -S all -F path=${path} -F perm=rwxa -F key=docker`,
    `-a always,exit -F arch=b32 -S all -F path=${path} -F perm=rwxa -F key=docker`,
  ]);
  expect(await tableWith('--style', 'syscall')).toEqual(wanted);
});

test('--key names the key', async () => {
  const wanted = OURS.map((line) => line.replace('-k docker', '-k cis'));
  expect(await tableWith('--key', 'cis')).toEqual(wanted);
});

test('--file names the file, and a later run keeps to it', async () => {
  await begin({ daemon: 'running' });
  const one = ['--yes', '--no-restart', '--control', '1.2.7'];
  expect(await dockaudit(...one, '--file', '60-cis.rules')).toMatchObject({ status: 0 });
  expect(table()).toEqual([SOCKET_RULE]);
  expect(await dockaudit('--yes', '--no-restart')).toMatchObject({ status: 0 });
  expect(table()).toEqual([SOCKET_RULE, DAEMON_RULE, LITERAL_RULE]);
  expect(rulesOf('60-cis.rules')).toContain('-w /usr/sbin/dockerd -k docker\n');
  expect(Object.keys(auditFiles())).not.toContain(`${AUDIT}/rules.d/zz-docker.rules`);
});

test('changes are undone from the last to the first, each by its id', async () => {
  await begin({ daemon: 'running' });
  const before = machine();
  const first = await reported('--yes', '--no-restart', '--control', '1.2.7');
  const between = machine();
  const second = await reported('--yes', '--no-restart');
  const ids = [first, second].map(({ change }) => change?.id ?? '');

  expect(await dockaudit('rollback', ids[1] ?? '', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(between);
  expect(await dockaudit('rollback', ids[0] ?? '', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
  expect(await dockaudit('rollback', ids[0] ?? '', '--yes')).toMatchObject({ status: 64 });
});

/** The loader's copy of before stays: others may have had it written. */
function files(): readonly string[] {
  return Object.keys(auditFiles()).filter((path) => !path.endsWith('.prev'));
}

test('an older change is undone beside a newer one, which keeps its lines', async () => {
  await begin({ daemon: 'running' });
  const before = files();
  const first = await reported('--yes', '--no-restart', '--control', '1.2.7');
  await reported('--yes', '--no-restart');
  const early = await dockaudit('rollback', first.change?.id ?? '', '--yes');
  expect(early, early.stderr).toMatchObject({ status: 0 });
  expect(table()).toEqual([DAEMON_RULE, LITERAL_RULE]);
  expect(rulesOf('zz-docker.rules')).not.toContain('docker.socket');
  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(table()).toEqual([]);
  expect(files()).toEqual(before);
});

test('remove takes out all that is ours, and its undo brings it back', async () => {
  await begin({ daemon: 'running', rules: { '30-site.rules': '-w /etc/group -p wa -k site\n' } });
  const before = [files(), table()];
  expect(await dockaudit('--yes', '--no-restart')).toMatchObject({ status: 0 });
  const fixed = machine();
  expect(await dockaudit('remove', '--yes')).toMatchObject({ status: 0 });
  expect([files(), table()]).toEqual(before);
  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(fixed);
});

test('remove deletes ours one by one beside rules that no file holds', async () => {
  await begin({ daemon: 'running', live: '-w /etc/hostname -p wa -k agent\n' });
  expect(await dockaudit('--yes', '--no-restart')).toMatchObject({ status: 0 });
  expect(table()).toHaveLength(4);
  expect(await dockaudit('remove', '--yes')).toMatchObject({ status: 0 });
  expect(table()).toEqual(['-w /etc/hostname -p wa -k agent']);
});

test('--restart insists where a restart would put an edited auditd.conf in force', async () => {
  await begin({ daemon: 'running' });
  const soon = new Date(Date.now() + 60_000);
  utimesSync(join(AUDIT, 'auditd.conf'), soon, soon);
  const pid = daemonPid();

  const gentle = await reported('--yes');
  expect(gentle).toMatchObject({ status: 0, plan: { daemon: { kind: 'leave' } } });
  expect(gentle.plan?.daemon.reason).toContain('auditd.conf');
  expect(daemonPid()).toBe(pid);
  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });

  expect(await dockaudit('--yes', '--restart')).toMatchObject({ status: 0 });
  expect(daemonPid()).not.toBe(pid);
  expect(table()).toEqual(OURS);
});

test('--reload brings what waits as well, and rollback takes all of it out', async () => {
  await begin({ daemon: 'running', waiting: WAITING });
  const before = machine();
  const report = await reported('--yes', '--no-restart', '--reload');
  expect(report).toMatchObject({ status: 0, plan: { activation: { kind: 'load' } } });
  expect(table()).toEqual([WAITING_LISTED, ...OURS]);

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('--reload may drop what only the kernel holds, and rollback brings it back', async () => {
  await begin({ daemon: 'running', live: '-a always,exit -F arch=b64 -S sethostname -k local\n' });
  const before = machine();
  expect(await dockaudit('--yes', '--no-restart', '--reload')).toMatchObject({ status: 0 });
  expect(table()).toEqual(OURS);

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('a watch of which only the listing is known is not brought back by a guess', async () => {
  const only = '-w /etc/hostname -p wa -k local';
  await begin({ daemon: 'running', live: `${only}\n` });
  expect(await dockaudit('--yes', '--no-restart', '--reload')).toMatchObject({ status: 0 });

  const undone = await dockaudit('rollback', '--yes');
  expect(undone).toMatchObject({ status: 5 });
  expect(undone.stderr).toContain(`auditctl ${only}`);
  expect(table()).toEqual([]);
});

test('--dry-run changes nothing, with or without --yes', async () => {
  await begin({ daemon: 'running' });
  const before = [machine(), untouched(), daemonPid()];
  expect(await dockaudit('--dry-run', '--yes')).toMatchObject({ status: 2 });
  expect(await dockaudit('plan')).toMatchObject({ status: 2 });
  expect([machine(), untouched(), daemonPid()]).toEqual(before);
});

test.each(['check', 'plan'])('what %s says of a real host keeps to the schema', async (name) => {
  await begin({ daemon: 'running' });
  const schema = new URL('../../templates/schema/report.schema.json', import.meta.url);
  const validate = new Ajv2020({ allErrors: true }).compile(
    JSON.parse(readFileSync(schema, 'utf8')),
  );
  const { stdout } = await dockaudit(name, '--all', '--format', 'json');
  validate(JSON.parse(stdout));
  expect(validate.errors).toBeNull();
});

test('a reviewed plan is carried out', async () => {
  await begin({ daemon: 'running' });
  const planned = ['plan', '--no-restart', '--format', 'json', '--output', planFile];
  expect(await dockaudit(...planned)).toMatchObject({ status: 2 });
  expect(await dockaudit('fix', '--yes', '--plan', planFile)).toMatchObject({ status: 0 });
  expect(table()).toEqual(OURS);
});

const moves: Readonly<Record<string, () => unknown>> = {
  'a rules file': () => write(WAITING),
  'the table': () => auditctl('-w', '/etc/hosts', '-k', 'other'),
  'the status': () => auditctl('-b', '4096'),
};

test.each(Object.keys(moves))('a reviewed plan is refused once %s has moved', async (what) => {
  await begin({ daemon: 'running' });
  await dockaudit('plan', '--format', 'json', '--output', planFile);
  await moves[what]?.();
  const before = [machine(), untouched(), daemonPid()];
  expect(await dockaudit('fix', '--yes', '--plan', planFile)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/no\s+longer\s+what\s+the\s+plan\s+was\s+made\s+from/),
  });
  expect([machine(), untouched(), daemonPid()]).toEqual(before);
});
