/** Programs that misbehave on the live host: files, their times, table and daemon are as before. */

import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  AUDIT,
  begin,
  daemonPid,
  liveKernel,
  machine,
  OUR_FILE,
  table,
  type RuleFiles,
} from '../support/kernel.ts';
import { dockauditIn, dockauditWith } from '../support/stand-ins.ts';

liveKernel();

const AUGENRULES = '/usr/sbin/augenrules';
const SERVICE = '/usr/sbin/service';
const AUDITCTL = '/usr/sbin/auditctl';
const AGENT = ['-a always,exit -F arch=b64 -S bind -F key=agent', '-w /etc/shadow -p wa -k agent'];

const SITE: RuleFiles = {
  '20-site.rules': [
    '-w /etc/hostname -p wa -k site',
    '-a never,exit -F path=/etc/group -F perm=wa -F key=site',
    '-a always,exit -F arch=b64 -S connect -F key=site',
    '',
  ].join('\n'),
};

/** Of all files below /etc/audit, to the nanosecond. */
function times(): readonly (readonly [string, bigint])[] {
  const names = readdirSync(AUDIT, { recursive: true, encoding: 'utf8' }).toSorted();
  return names
    .map((name) => lstatSync(join(AUDIT, name), { bigint: true }))
    .flatMap((stats, at) => (stats.isFile() ? [[names[at] ?? '', stats.mtimeNs] as const] : []));
}

test.each([
  ['dies', 'kill -SEGV $$'],
  ['fails', 'exit 1'],
  ['says nothing is wrong', 'exit 0'],
  ['prints megabytes', 'head -c 20000000 /dev/zero; sleep 1; exit 0'],
  ['prints half a line', 'printf "There was an err" >&2; exit 1'],
])('a loader that loads half and %s', async (_what, end) => {
  await begin({ daemon: 'running', rules: SITE });
  const before = [machine(), times(), daemonPid()];
  const half = ['auditctl -D >/dev/null', 'auditctl -w /etc/hostname -p wa -k site', end];
  const said = await dockauditWith(AUGENRULES, half, '--yes');
  expect(said).toMatchObject({ status: 4, stderr: expect.stringContaining('rolled back') });
  expect([machine(), times(), daemonPid()]).toEqual(before);
});

test('a restart that fails and leaves auditd stopped: it runs again', async () => {
  await begin({ daemon: 'running', rules: SITE });
  const before = [machine(), times()];
  const stops = ['[ "$2" != restart ] && exec $REAL "$@"', '$REAL auditd stop', 'exit 1'];
  const said = await dockauditWith(SERVICE, stops, '--yes');
  expect(said).toMatchObject({ status: 4, stderr: expect.stringContaining('service auditd') });
  expect(daemonPid()).toBeGreaterThan(0);
  expect([machine(), times()]).toEqual(before);
});

test('an auditctl -l that tells half: it is asked again', async () => {
  await begin({ daemon: 'running', rules: SITE });
  const flag = '/run/dockaudit-test-half';
  const half = [
    `[ "$1" = -l ] && [ -e ${OUR_FILE} ] && [ ! -e ${flag} ] || exec $REAL "$@"`,
    `touch ${flag}; $REAL -l | head -c 40`,
  ];
  const said = await dockauditWith(AUDITCTL, half, '--yes');
  await dockauditIn(`rm -f ${flag}`, 'rollback', '--yes');
  expect(said).toMatchObject({ status: 0 });
});

test('rules that an agent adds after the load stay when the change is undone', async () => {
  await begin({ daemon: 'running', rules: SITE });
  const [before, files] = [table(), times()];
  const adds = ['$REAL "$@" || exit', ...AGENT.map((line) => `auditctl ${line}`)];
  const said = await dockauditWith(AUGENRULES, adds, '--yes');
  expect(said).toMatchObject({ status: 4, stderr: expect.stringContaining('nobody promised') });
  expect(table()).toEqual([...before, ...AGENT]);
  expect(times()).toEqual(files);
});

test('rules that an agent adds after a load was cut off stay, and all others are back', async () => {
  await begin({ daemon: 'running', rules: SITE });
  const before = table();
  const half = ['auditctl -D >/dev/null', ...AGENT.map((line) => `auditctl ${line}`), 'exit 1'];
  expect(await dockauditWith(AUGENRULES, half, '--yes')).toMatchObject({ status: 4 });
  expect(table()).toEqual([...AGENT, ...before]);
});

test('rules of an agent that comes and goes while ours are added one by one', async () => {
  await begin({ daemon: 'running', rules: SITE, live: `${AGENT[0]}\n` });
  const before = table();
  const flag = '/run/dockaudit-test-agent';
  const meanwhile = [
    `[ "$1" = -w ] && [ ! -e ${flag} ] || exec $REAL "$@"`,
    `touch ${flag}; $REAL "$@"`,
    `$REAL ${AGENT[0]?.replace('-a', '-d')}; $REAL ${AGENT[1]}`,
  ];
  const said = await dockauditWith(AUDITCTL, meanwhile, '--yes');
  await dockauditIn(`rm -f ${flag}`, 'history');
  expect(said).toMatchObject({ status: 4 });
  expect(table()).toEqual([...before.filter((line) => line !== AGENT[0]), AGENT[1]]);
  expect(existsSync(OUR_FILE)).toBe(false);
});

test.each([
  ['blocks', 'size=64k', 'cat /dev/zero >/etc/audit/fill', 'df -h /etc/audit'],
  ['inodes', 'nr_inodes=12', 'touch /etc/audit/fill1 /etc/audit/fill2', 'df -i /etc/audit'],
])('no %s left for a change in /etc/audit: it is not begun', async (_, options, fill, advice) => {
  await begin({ daemon: 'running', rules: SITE });
  const before = [machine(), times()];
  const small = [
    'cp -a /etc/audit /run/dockaudit-test-audit',
    `mount -t tmpfs -o ${options},mode=0750 tmpfs /etc/audit`,
    'cp -a /run/dockaudit-test-audit/. /etc/audit',
    'rm -r /run/dockaudit-test-audit',
    `{ ${fill} 2>/dev/null || :; }`,
  ];
  const said = await dockauditIn(small.join(' && '), '--yes');
  expect(said).toMatchObject({ status: 1, stderr: expect.stringContaining(advice) });
  expect([machine(), times()]).toEqual(before);
});
