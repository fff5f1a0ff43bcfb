/**
 * Restarts of auditd where audit-rules.service loads the rules: audit 4.0 requires it, and stays
 * stopped without it; audit 4.1 and later only want it, and return before the rules are there.
 * Source: measured facts of hosts, (c) and (f), Debian 13 and sid.
 */

import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Exit } from '../../src/host/host.ts';
import { dockaudit, readFailure } from '../support/golden.ts';
import { faulty } from '../support/faults.ts';
import { listedOn, type, type Practised } from '../support/hosts.ts';
import { ended, halfLoaded, misbehaving, typed, type Misdeed } from '../support/misbehaving.ts';
import { SITE, withOthers } from '../support/others.ts';
import { standing } from '../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const UNITS = '/usr/lib/systemd/system';
const BAD = '/etc/audit/rules.d/10-bad.rules';

/** The units of audit 4, which auditd needs or merely wants. */
async function audit4(dependency: 'Requires' | 'Wants'): Promise<Practised> {
  const made = await withOthers();
  const unit = (name: string, ...lines: readonly string[]) =>
    writeFileSync(`${made.root}${UNITS}/${name}`, `${lines.join('\n')}\n`);
  const service = ['[Service]', 'Type=forking', 'ExecStart=/usr/sbin/auditd'];
  unit('auditd.service', '[Unit]', `${dependency}=audit-rules.service`, ...service);
  unit('audit-rules.service', '[Service]', 'Type=oneshot', 'ExecStart=/sbin/augenrules --load');
  await type(made.host, '/usr/bin/systemctl reboot');
  expect(await listedOn(made.host)).toHaveLength(SITE.length);
  return made;
}

/** The restart, while a file of somebody else keeps the rules from loading. */
function whileBad({ root }: Practised, isMended: boolean): Misdeed {
  return async ({ real }) => {
    writeFileSync(root + BAD, '-w /no/such/place -p wa -k bad\n');
    const exit = await real();
    if (isMended) rmSync(root + BAD);
    return exit;
  };
}

describe('audit 4.0, whose auditd requires that the rules load', () => {
  it('is restarted after a clean load', async () => {
    using made = await audit4('Requires');
    const end = await dockaudit(made.host, FIX);
    expect(end.exit, end.stdout).toBe(0);
    expect((await standing(made)).runs).toBe(true);
  });

  it('is not restarted after a load that failed', async () => {
    using made = await audit4('Requires');
    const before = await standing(made);
    const loader = { 'augenrules --load': halfLoaded(ended(1)) };
    const { host, effects } = faulty(misbehaving(made.host, loader), 'before', 0);
    expect((await dockaudit(host, FIX)).exit).toBe(4);
    expect(effects).toContain('run /usr/sbin/augenrules --load');
    expect(effects.filter((effect) => effect.includes('systemctl'))).toEqual([]);
    expect(await standing(made)).toEqual(before);
  });

  it('runs again after a restart that had left it stopped', async () => {
    using made = await audit4('Requires');
    const before = await standing(made);
    const restart = { 'systemctl restart auditd': whileBad(made, true) };
    const { host, effects } = faulty(misbehaving(made.host, restart), 'before', 0);
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(effects).toContain('run /usr/bin/systemctl start auditd');
    expect(await standing(made)).toEqual(before);
  });

  it('that cannot be started is told, with the command; all else is as before', async () => {
    using made = await audit4('Requires');
    const before = await standing(made);
    const restart = { 'systemctl restart auditd': whileBad(made, false) };
    const end = await dockaudit(misbehaving(made.host, restart), FIX);
    expect(end.exit, end.stdout).toBe(5);
    expect(readFailure(end).advice.split('\n')).toContain('/usr/bin/systemctl start auditd');
    rmSync(made.root + BAD);
    const { kernel, files, runs } = await standing(made);
    expect([kernel, files, runs]).toEqual([before.kernel, before.files, false]);
    expect((await dockaudit(made.host, ['rollback', '--yes'])).exit).toBe(0);
    expect(await standing(made)).toEqual(before);
  });
});

/**
 * A restart or start that returns before the rules are loaded: they are after some more questions.
 * @param waits what the unit answers meanwhile
 */
function late(waits: readonly string[]): Readonly<Record<string, Misdeed>> {
  let left: string[] = [];
  const returnsEarly: Misdeed = async ({ host, real }) => {
    const exit = await real();
    await typed(host, 'auditctl -D');
    left = [...waits];
    return exit;
  };
  const answers: Misdeed = async ({ host }): Promise<Exit> => {
    const answer = left.shift();
    if (answer !== undefined) return ended(0, answer);
    await typed(host, 'augenrules --load');
    return ended(0, 'ActiveState=inactive\n');
  };
  return {
    'systemctl restart auditd': returnsEarly,
    'systemctl show -pActiveState -pJob': answers,
  };
}

describe('audit 4.2, whose restart returns before the rules are loaded', () => {
  it.each([
    ['loads', 'ActiveState=activating\nJob=321\n'],
    ['waits for its turn', 'ActiveState=inactive\nJob=321\n'],
  ])('is waited for while the unit %s', async (_what, answer) => {
    using made = await audit4('Wants');
    const host = misbehaving(made.host, late([answer, answer, answer]));
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(0);
    expect(await listedOn(made.host)).toHaveLength(SITE.length + 3);
  });

  it('is undone where it never loads', async () => {
    using made = await audit4('Wants');
    const before = await standing(made);
    const answers = Array.from({ length: 1000 }, () => 'ActiveState=activating\nJob=321\n');
    const end = await dockaudit(misbehaving(made.host, late(answers)), FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(await standing(made)).toEqual(before);
  });
});
