/** Which road a change takes: a reload only where it changes nothing but ours. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  auditctl,
  begin,
  daemonPid,
  DAEMON_RULE,
  dockaudit,
  dockauditBy,
  liveKernel,
  LITERAL_RULE,
  machine,
  OURS,
  reported,
  rulesOf,
  settings,
  SOCKET_RULE,
  table,
  untouched,
  verdicts,
  type Situation,
} from '../support/kernel.ts';

liveKernel();

const LOCAL = '-w /etc/hostname -p wa -k local';
const PASSED = ['1.2.3 pass', '1.2.7 pass'];

/** Ours are added one by one, and only they are taken out again. Gives the plan's reason. */
async function addsLive(
  situation: Omit<Situation, 'daemon'>,
  judged: { readonly status: number; readonly verdicts: readonly string[] } = {
    status: 0,
    verdicts: PASSED,
  },
): Promise<string | undefined> {
  await begin({ daemon: 'running', ...situation });
  const [before, pid, present] = [machine(), daemonPid(), table()];

  const report = await reported('--yes');
  expect(report).toMatchObject({
    status: judged.status,
    plan: {
      activation: { kind: 'add' },
      daemon: { kind: 'leave' },
    },
  });
  expect(verdicts(report)).toEqual(judged.verdicts);
  expect(table()).toEqual([...present, ...OURS]);
  expect(daemonPid()).toBe(pid);
  expect(settings()).toMatchObject({ enabled: '1', rate_limit: '0' });

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
  expect(daemonPid()).toBe(pid);
  return report.plan?.activation.reason;
}

test('a rule that only the kernel holds stays: no reload', async () => {
  expect(await addsLive({ live: `${LOCAL}\n` })).toContain(LOCAL);
});

test('lines of others that wait in the files go on waiting', async () => {
  expect(await addsLive({ waiting: { '10-waiting.rules': `${LOCAL}\n` } })).toContain(LOCAL);
});

test('a rate limit that waits in the files is not put in force', async () => {
  expect(await addsLive({ waiting: { '10-tuning.rules': '-r 100\n' } })).toContain('-r 100');
});

test('a -e 0 that waits in the files is not put in force, and is told', async () => {
  const judged = { status: 2, verdicts: ['1.2.3 partial', '1.2.7 partial'] };
  const waiting = { '10-tuning.rules': '-e 0\n' };
  expect(await addsLive({ waiting }, judged)).toContain('-e 0');
});

test('files without any -D are not loaded twice', async () => {
  const rules = { '20-base.rules': `${LOCAL}\n` };
  const reason = await addsLive({ rules, waiting: { 'audit.rules': '-b 8192\n' } });
  expect(reason).toContain('no file begins with -D');
});

test('where nothing takes the events, auditd is started and loads what waits', async () => {
  await begin({ daemon: 'stopped', waiting: { '10-waiting.rules': `${LOCAL}\n` } });
  const before = machine();
  const report = await reported('--yes');
  expect(report).toMatchObject({ status: 0, plan: { daemon: { kind: 'start' } } });
  expect(table()).toEqual([LOCAL, ...OURS]);

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('auditd is not started where that would put a waiting -e 0 in force', async () => {
  await begin({ daemon: 'stopped', waiting: { '10-off.rules': '-e 0\n' } });
  await auditctl('-e', '1');
  const before = machine();
  const report = await reported('--yes');
  expect(report).toMatchObject({ status: 2, plan: { daemon: { kind: 'leave' } } });
  expect(daemonPid()).toBe(0);
  expect(table()).toEqual(OURS);
  expect(verdicts(report)).toEqual(['1.2.3 partial', '1.2.7 partial']);

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('after a rule that only the kernel holds was added, rollback leaves it', async () => {
  await begin({ daemon: 'running' });
  await dockaudit('--yes', '--no-restart');
  await auditctl('-w', '/etc/hostname', '-p', 'wa', '-k', 'local');
  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(table()).toEqual([LOCAL]);
});

test('a unit in a folder that is made anew at boot is watched live, and by no file', async () => {
  const folder = '/run/systemd/transient';
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync('/run/systemd/transient', { recursive: true }));
  writeFileSync(join(folder, 'docker.socket'), '[Socket]\nListenStream=/run/docker.sock\n');
  await begin({ daemon: 'running' });
  const before = machine();
  const late = `-w ${folder}/docker.socket -p rwxa -k docker`;

  const report = await reported('--yes');
  expect(report).toMatchObject({
    status: 2,
    plan: { daemon: { kind: 'restart' }, liveOnly: { reason: expect.stringContaining(folder) } },
  });
  expect(verdicts(report)).toEqual(['1.2.3 pass', '1.2.7 partial']);
  // The vendor's own file stands beside the one that is in force.
  const whole = [DAEMON_RULE, LITERAL_RULE, SOCKET_RULE, late];
  expect(table()).toEqual(whole);
  expect(rulesOf('zz-docker.rules')).not.toContain(folder);

  const again = await reported('--yes');
  expect(again).toMatchObject({ status: 2, change: null, plan: { commands: [], liveOnly: null } });
  expect(table()).toEqual(whole);

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('a place whose directory is missing is never written, as it would stop the load', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'no-systemd-'));
  onTestFinished(() => rmSync(empty, { recursive: true }));
  await begin({ daemon: 'running' });
  const hidden = `mount --bind ${empty} /usr/lib/systemd && exec "$@"`;

  const said = await dockauditBy(
    ['/usr/bin/unshare', '--mount', 'sh', '-c', hidden, 'sh'],
    '--yes',
    '--no-restart',
    '--include-absent',
  );
  expect(said.stdout.replace(/\s+/g, ' ')).toContain(
    'the directory of /usr/lib/systemd/system/docker.socket is missing, too',
  );
  expect(said.status).toBe(0);
  expect(table()).toEqual([DAEMON_RULE, LITERAL_RULE]);
  expect(rulesOf('zz-docker.rules')).not.toContain('docker.socket');
});

test('silenced controls are left out with their reason, and nothing is written', async () => {
  await begin({ daemon: 'running', rules: { '10-none.rules': '-a never,task\n' } });
  // What is forked while this rule is loaded stays silent for life: let it be short.
  onTestFinished(async () => void (await auditctl('-D')));
  const before = untouched();

  const report = await reported('--yes');
  expect(report.status).toBe(2);
  expect(verdicts(report)).toEqual(['1.2.3 fail', '1.2.7 fail']);
  expect(report.plan?.leftOut).toMatchObject([{ control: '1.2.3' }, { control: '1.2.7' }]);
  for (const { reason } of report.plan?.leftOut ?? []) expect(reason).toContain('never,task');
  expect(untouched()).toEqual(before);
  expect(table()).toEqual(['-a never,task']);
});

test.each([
  ['by a reload', undefined, []],
  ['live, where a reload would lose a rule', `${LOCAL}\n`, [LOCAL]],
])('--unsilence takes never,task out %s, and rollback brings it back', async (_, live, others) => {
  const text = '# why\n-a task,never\n';
  await begin({ daemon: 'running', rules: { '10-none.rules': text }, ...(live && { live }) });
  // What is forked while this rule is loaded stays silent for life: let it be short.
  onTestFinished(async () => void (await auditctl('-D')));
  const before = machine();
  expect(table()).toEqual(['-a never,task', ...others]);

  const report = await reported('--yes', '--unsilence');
  expect(report).toMatchObject({
    status: 0,
    plan: { activation: { kind: live === undefined ? 'load' : 'add' }, leftOut: [] },
  });
  expect(verdicts(report)).toEqual(PASSED);
  expect(table()).toEqual([...others, ...OURS]);
  expect(rulesOf('10-none.rules')).toBe(
    '# why\n# dockaudit: silenced controls 1.2.3, 1.2.7; undo: dockaudit rollback\n# -a task,never\n',
  );

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('--unsilence of an earlier never rule: rollback brings it back to its place', async () => {
  const text = `${LOCAL}\n-a never,exit -F path=/usr/sbin/dockerd\n-w /etc/hosts -p wa -k local\n`;
  await begin({ daemon: 'running', rules: { '20-site.rules': text } });
  const [before, present] = [machine(), table()];
  expect(present).toHaveLength(3);

  const report = await reported('--yes', '--unsilence');
  expect(report.status).toBe(0);
  expect(table()).toEqual([present[0], present[2], ...OURS]);

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test('where docker-ce put a daemon beside another, each is watched by one spelling', async () => {
  const unit = '/etc/systemd/system/docker.service';
  onTestFinished(() => [unit, '/usr/bin/dockerd'].forEach((path) => rmSync(path)));
  writeFileSync('/usr/bin/dockerd', '#!/bin/sh\n', { mode: 0o755, flag: 'wx' });
  writeFileSync(unit, '[Service]\nExecStart=/usr/bin/dockerd -H fd://\n', { flag: 'wx' });
  await begin({ daemon: 'running' });

  expect(await dockaudit('--yes', '--no-restart')).toMatchObject({ status: 0 });
  expect(table().toSorted()).toEqual([LITERAL_RULE, DAEMON_RULE, SOCKET_RULE].toSorted());
  expect(verdicts(await reported('check'))).toEqual(PASSED);
});
