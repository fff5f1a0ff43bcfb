/** Other ways of loading, and of going back: audit.rules as it is, and the commands told for a person. */

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import {
  appendToMerged,
  begin,
  daemonPid,
  DAEMON_RULE,
  dockaudit,
  liveKernel,
  LITERAL_RULE,
  load,
  machine,
  MERGED,
  OURS,
  reported,
  rulesOf,
  runProgram,
  service,
  table,
  untouched,
  verdicts,
  write,
} from '../support/kernel.ts';

liveKernel();

const DEFAULTS = '/etc/default/auditd';
const LOCAL = '-w /etc/hosts -p wa -k local';

/** Debian's init script then loads audit.rules as a person wrote it. */
function withoutAugenrules(): void {
  const text = readFileSync(DEFAULTS, 'utf8');
  onTestFinished(() => writeFileSync(DEFAULTS, text));
  writeFileSync(DEFAULTS, text.replace('USE_AUGENRULES="yes"', 'USE_AUGENRULES="no"'));
}

test('where audit.rules is loaded as it is, ours go there, before a last -e', async () => {
  await begin({ daemon: 'running' });
  withoutAugenrules();
  appendToMerged(`${LOCAL}\n# the end\n-e 1\n`);
  await load(`${LOCAL}\n`);
  const [before, pid] = [machine(), daemonPid()];

  expect(await dockaudit('--yes')).toMatchObject({ status: 0 });
  expect(table()).toEqual([LOCAL, ...OURS]);
  expect(daemonPid()).not.toBe(pid);
  expect(readFileSync(MERGED, 'utf8').endsWith('-k docker\n# the end\n-e 1\n')).toBe(true);
  await service('restart');
  expect(table()).toEqual([LOCAL, ...OURS]);
  expect(verdicts(await reported('check'))).toEqual(['1.2.3 pass', '1.2.7 pass']);
  const written = untouched();
  expect(await dockaudit('--yes')).toMatchObject({ status: 0 });
  expect(untouched()).toEqual(written);

  expect(await dockaudit('rollback', '--yes')).toMatchObject({ status: 0 });
  expect(machine()).toEqual(before);
});

test.each(['running', 'stopped'] as const)(
  'with auditd %s, the commands told for a person undo the change too',
  async (daemon) => {
    await begin({ daemon, rules: { '20-local.rules': `${LOCAL}\n` } });
    const before = machine();
    const { stdout } = await dockaudit('--yes');
    const [, told = ''] = stdout.split('Without dockaudit, as root:\n');
    const script = told.slice(0, told.indexOf('\n\n'));
    expect(table()).toEqual([LOCAL, ...OURS]);

    expect(await runProgram('/bin/sh', '-ec', script)).toMatchObject({ status: 0 });
    // The status of the kernel is its own: only the files, the table and the daemon are brought back.
    expect({ ...machine(), settings: {} }).toEqual({ ...before, settings: {} });
  },
);

test("somebody's own literal rule is not repeated", async () => {
  await begin({
    daemon: 'running',
    rules: { '50-cis.rules': '-w /usr/bin/dockerd -k docker\n' },
  });
  expect(await dockaudit('--yes', '--no-restart')).toMatchObject({ status: 0 });
  expect(table()).toEqual([LITERAL_RULE, DAEMON_RULE, OURS.at(-1)]);
});

test('somebody watches the unit by its other spelling: it passes, and gets no second one', async () => {
  const theirs = '-w /lib/systemd/system/docker.socket -p rwxa -k docker';
  await begin({ daemon: 'running', rules: { '50-cis.rules': `${theirs}\n` } });
  expect(verdicts(await reported('check'))).toEqual(['1.2.3 fail', '1.2.7 pass']);
  expect(await dockaudit('--yes', '--no-restart')).toMatchObject({ status: 0 });
  expect(table()).toEqual([theirs, DAEMON_RULE, LITERAL_RULE]);
});

test('a rule that names a program does not stand in the way', async () => {
  const exe = '-a always,exit -F arch=b64 -S connect -F exe=/usr/bin/dash -F key=net';
  await begin({ daemon: 'running', rules: { '50-net.rules': `${exe}\n` } });
  expect(await dockaudit('--yes', '--no-restart')).toMatchObject({ status: 0 });
  expect(table()).toEqual([exe, ...OURS]);
});

test('a file of ours that a person edited keeps the edits', async () => {
  await begin({ daemon: 'running' });
  await dockaudit('--yes', '--no-restart', '--control', '1.2.7');
  const edited = `${rulesOf('zz-docker.rules')}# mine\n${LOCAL}\n`;
  write({ 'zz-docker.rules': edited });
  await load(`${LOCAL}\n`);

  expect(await dockaudit('--yes', '--no-restart')).toMatchObject({ status: 0 });
  expect(rulesOf('zz-docker.rules').startsWith(edited)).toBe(true);
  expect(table().slice(0, 2)).toEqual([OURS.at(-1), LOCAL]);
  expect(table()).toHaveLength(4);
});
