/** Lines of others that do not load: found before anything is touched. */

import { beforeEach, describe, expect, test } from 'vitest';
import {
  begin,
  daemonPid,
  liveKernel,
  load,
  machine,
  OURS,
  reported,
  table,
  untouched,
  verdicts,
  write,
  type Report,
} from '../support/kernel.ts';

liveKernel();

const BASE = '-w /etc/hosts -p wa -k base';
const LISTED = [BASE];

const BAD: readonly (readonly [string, string])[] = [
  ['whose directory is missing', '-w /no/such/place -p wa -k bad'],
  ['with an unknown user', '-a always,exit -F arch=b64 -S open -F auid=nobody-here -k bad'],
  ['with a permission that is none', '-w /etc/group -p z -k bad'],
  ['that a tab begins', '\t-w /etc/group -p wa -k bad'],
  ['that stands there twice', BASE],
];

/** What a run may not move when it is told not to. */
function everything(): object {
  return { untouched: untouched(), machine: machine(), pid: daemonPid() };
}

/** The real auditctl reads the files as they would be merged. */
async function outcome(...texts: readonly string[]): Promise<object> {
  const { status } = await load(`-D\n${texts.map((text) => `${text}\n`).join('')}`);
  return { status, table: table() };
}

beforeEach(async () => {
  await begin({ daemon: 'running', rules: { '20-base.rules': `${BASE}\n` } });
});

describe.each(BAD)('a foreign line %s', (_, line) => {
  test('blocks the change: it is named, and nothing moves', async () => {
    write({ '50-bad.rules': `# theirs\n${line}\n` });
    const before = everything();

    const report = await reported('--yes');
    expect(report).toMatchObject({
      status: 1,
      plan: { edits: [], blockers: [{ path: '/etc/audit/rules.d/50-bad.rules', line: 2 }] },
    });
    expect(everything()).toEqual(before);
    expect(await outcome(BASE, line, ...OURS)).toEqual({ status: 1, table: LISTED });
  });

  test('behind -i is a warning, and ours is loaded by the loader', async () => {
    write({ '50-bad.rules': `-i\n${line}\n` });
    const pid = daemonPid();

    const report = await reported('--yes', '--no-restart');
    expect(verdicts(report)).toEqual(['1.2.3 pass', '1.2.7 pass']);
    expect(report).toMatchObject({ status: 0, plan: { activation: { kind: 'load' } } });
    expect(warned(report)).toBe(true);
    expect(table()).toEqual([BASE, ...OURS]);
    expect(daemonPid()).toBe(pid);
  });
});

test('behind -i auditd is restarted, and the rules outlive it', async () => {
  write({ '50-bad.rules': `-i\n${BASE}\n` });
  const pid = daemonPid();
  expect(await reported('--yes')).toMatchObject({
    status: 0,
    plan: { daemon: { kind: 'restart' } },
  });
  expect(daemonPid()).not.toBe(pid);
  expect(table()).toEqual([BASE, ...OURS]);
});

test('behind -c the loader would exit 1: ours is added live, and auditd is not restarted', async () => {
  write({ '50-bad.rules': `-c\n${BASE}\n` });
  const pid = daemonPid();
  const report = await reported('--yes');
  expect(report.status).toBe(0);
  expect(warned(report)).toBe(true);
  expect(report).toMatchObject({
    plan: { activation: { kind: 'add' }, daemon: { kind: 'leave' } },
  });
  expect(table()).toEqual([BASE, ...OURS]);
  expect(daemonPid()).toBe(pid);
});

function warned({ plan }: Report): boolean {
  return plan?.notes.some((note) => note.includes('/etc/audit/rules.d/50-bad.rules:2')) ?? false;
}
