/** The whole session with the real auditd: fix, restart, check, and back. */

import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  appendToMerged,
  auditctl,
  begin,
  daemonPid,
  DAEMON_RULE,
  dockaudit,
  liveKernel,
  machine,
  MERGED,
  OURS,
  runProgram,
  reported,
  service,
  settings,
  SOCKET_RULE,
  table,
  untouched,
  verdicts,
} from '../support/kernel.ts';

liveKernel();

/** The page of CIS Docker 1.2.0: append these, then `service auditd restart`. */
const LITERAL =
  '-w /usr/bin/dockerd -k docker\n-w /usr/lib/systemd/system/docker.socket -k docker\n';

const FOREIGN = {
  '30-identity.rules': '-w /etc/passwd -p wa -k identity\n-w /etc/group -p wa -k identity\n',
  '40-time.rules':
    '-a always,exit -F arch=b64 -S adjtimex,settimeofday -F auid>=1000 -F key=time\n',
};
const FOREIGN_LISTED = [
  '-w /etc/passwd -p wa -k identity',
  '-w /etc/group -p wa -k identity',
  '-a always,exit -F arch=b64 -S adjtimex,settimeofday -F auid>=1000 -F key=time',
];

test('a fresh machine is fixed for good, left alone by a second run, and brought back', async () => {
  await begin({ daemon: 'stopped' });
  const before = machine();

  expect(await dockaudit('--yes')).toMatchObject({ status: 0 });
  expect(table()).toEqual(OURS);
  await service('restart');
  expect(table()).toEqual(OURS);
  expect(verdicts(await reported('check'))).toEqual(['1.2.3 pass', '1.2.7 pass']);

  const [written, pid] = [untouched(), daemonPid()];
  expect(await dockaudit('--yes')).toMatchObject({ status: 0 });
  expect(untouched()).toEqual(written);
  expect(daemonPid()).toBe(pid);

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
  expect(settings()).toMatchObject({ enabled: '0' });
});

test('with auditd running and rules of others, those stay in order and auditd is restarted', async () => {
  await begin({ daemon: 'running', rules: FOREIGN });
  const [before, pid] = [machine(), daemonPid()];
  expect(table()).toEqual(FOREIGN_LISTED);

  expect(await dockaudit('--yes')).toMatchObject({ status: 0 });
  expect(table()).toEqual([...FOREIGN_LISTED, ...OURS]);
  expect(daemonPid()).toBeGreaterThan(0);
  expect(daemonPid()).not.toBe(pid);

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test("the benchmark's own remediation is erased with exit 0, and ours holds", async () => {
  await begin({ daemon: 'running' });
  appendToMerged(LITERAL);
  expect(await service('restart')).toMatchObject({ status: 0 });
  expect(table()).toEqual([]);
  expect(readFileSync(MERGED, 'utf8')).not.toContain('docker');

  expect(await dockaudit('--yes', '--no-restart')).toMatchObject({ status: 0 });
  await service('restart');
  expect(table()).toEqual(OURS);
});

test('an audit.rules that a person edited comes back with its own bytes', async () => {
  await begin({ daemon: 'running' });
  appendToMerged(`# by hand\n${LITERAL}`);
  const [before, theirs] = [machine(), readFileSync(MERGED)];

  expect(await dockaudit('--yes')).toMatchObject({ status: 0 });
  expect(readFileSync(MERGED, 'utf8')).not.toContain('by hand');
  expect(existsSync(`${MERGED}.prev`)).toBe(true);

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(readFileSync(MERGED)).toEqual(theirs);
  expect(existsSync(`${MERGED}.prev`)).toBe(false);
  expect(machine()).toEqual(before);
});

test('one of ours that somebody took out of the kernel is loaded again, and no other', async () => {
  await begin({ daemon: 'running' });
  await dockaudit('--yes', '--no-restart');
  await auditctl('-W', '/usr/sbin/dockerd', '-k', 'docker');
  const written = untouched();

  expect(await dockaudit('--yes', '--no-restart')).toMatchObject({ status: 0 });
  expect(table().toSorted()).toEqual(OURS.toSorted());
  expect(untouched()).toEqual(written);
});

test('the rules fire: whoever reads the daemon is found under the key', async () => {
  await begin({ daemon: 'stopped' });
  await dockaudit('--yes');
  expect(table()).toEqual(expect.arrayContaining([DAEMON_RULE, SOCKET_RULE]));
  const since = Date.now() / 1000 - 1;

  await runProgram('/usr/bin/head', '-c', '1', '/usr/sbin/dockerd');
  await expect.poll(() => readsSince(since), { timeout: 5000 }).toHaveLength(1);
});

/** System calls of `head` with our key, as ausearch finds them. */
async function readsSince(since: number): Promise<readonly string[]> {
  const asked = ['-k', 'docker', '-c', 'head', '--start', 'recent', '--raw'];
  const { stdout } = await runProgram('/usr/sbin/ausearch', ...asked);
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('type=SYSCALL') && line.includes('key="docker"'))
    .filter((line) => Number(/audit\((\d+\.\d+)/.exec(line)?.[1]) > since);
}
