/**
 * Programs that misbehave during a change: the host is as before, byte for byte and rule for rule, or
 * a person is told what to type. Source: measured facts of hosts, (c) to (h); T76 of the comparison.
 */

import { describe, expect, it } from 'vitest';
import type { Exit } from '../../src/host/host.ts';
import { dockaudit, readFailure, type Ended } from '../support/golden.ts';
import { type, type Practised } from '../support/hosts.ts';
import {
  andThen,
  ended,
  from,
  halfLoaded,
  misbehaving,
  once,
  type Misdeed,
} from '../support/misbehaving.ts';
import { SITE, withOthers } from '../support/others.ts';
import { standing } from '../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const MEGABYTES = 'x'.repeat(4 * 1024 * 1024);

const FIRST = `auditctl ${SITE[0]}`;
const LAST = SITE.slice(1).map((line) => `auditctl ${line}`);

type Misdeeds = Readonly<Record<string, Misdeed>>;

async function fixed(made: Practised, misdeeds: Misdeeds): Promise<Ended> {
  return dockaudit(misbehaving(made.host, misdeeds), FIX);
}

const fails: Misdeed = async () => ended(1);
const LOADER = 'augenrules --load';
const RESTART = 'systemctl restart auditd';

describe('is as before after', () => {
  it.each<readonly [situation: string, misdeeds: Misdeeds, said: string]>([
    ['a loader that fails at once', { [LOADER]: fails }, 'exit status 1'],
    ['a loader that fails half-way', { [LOADER]: halfLoaded(ended(1), FIRST) }, 'exit status 1'],
    [
      'a loader that hangs half-way',
      { [LOADER]: halfLoaded(ended(124, '', 'timeout'), FIRST) },
      'it did not end in time',
    ],
    [
      'a loader that dies half-way',
      { [LOADER]: halfLoaded(ended(139, '', 'signal'), FIRST) },
      'signal 11 ended it',
    ],
    [
      'a loader that prints megabytes half-way',
      { [LOADER]: halfLoaded(ended(0, MEGABYTES, 'overflow'), FIRST) },
      'it printed more than',
    ],
    [
      'a loader that is gone',
      { [LOADER]: async () => ended(127, '', 'missing') },
      'it is not there',
    ],
    [
      'a loader that says 0 and loads half',
      { [LOADER]: halfLoaded(ended(0), FIRST) },
      'a rule that was there is gone',
    ],
    [
      'a load that loses one rule in the middle',
      { [LOADER]: andThen(`auditctl ${SITE[2]?.replace('-a', '-d')}`) },
      `a rule that was there is gone: '-a always,exit -F arch=b64 -S connect`,
    ],
    [
      'a load that turns the order round',
      { [LOADER]: andThen('auditctl -D', ...LAST.toReversed(), FIRST) },
      'no longer in their order',
    ],
    [
      'a load that leaves one of ours out',
      { [LOADER]: andThen('auditctl -W /usr/sbin/dockerd -k docker') },
      'a promised rule is not there',
    ],
    ['a restart that fails', { [RESTART]: fails }, 'exit status 1'],
    [
      'a restart that hangs',
      { [RESTART]: async () => ended(124, '', 'timeout') },
      'it did not end in time',
    ],
    [
      'a restart that fails and leaves auditd stopped',
      {
        [RESTART]: async ({ host }) => {
          await type(host, '/usr/bin/systemctl stop auditd');
          return ended(1);
        },
      },
      'exit status 1',
    ],
    [
      'a restart that says 0 and leaves auditd stopped',
      {
        [RESTART]: async ({ host }) => {
          await type(host, '/usr/bin/systemctl stop auditd');
          return ended(0);
        },
      },
      'auditd does not take the events',
    ],
    [
      'a restart that does nothing and says 0',
      { [RESTART]: async () => ended(0) },
      'not restarted',
    ],
    [
      'a restart whose load is cut off',
      { [RESTART]: andThen('auditctl -D', FIRST) },
      'a rule that was there is gone',
    ],
  ])('%s', async (_situation, misdeeds, said) => {
    using made = await withOthers();
    const before = await standing(made);
    const end = await fixed(made, misdeeds);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).message).toContain(said);
    expect(await standing(made)).toEqual(before);
  });
});

/** Answers of `auditctl -l` that tell nothing. */
const NONSENSE: readonly (readonly [what: string, exit: Exit])[] = [
  ['prints what is no rule', ended(0, 'Segmentation\nfault\n')],
  ['ends in the middle of a line', ended(0, '-w /etc/hostname -p wa -k si')],
  ['prints nothing', ended(0)],
  ['prints megabytes', ended(137, MEGABYTES, 'overflow')],
  ['hangs', ended(124, '', 'timeout')],
];

describe('auditctl -l that once', () => {
  it.each(NONSENSE)('%s is asked again, and the change is kept', async (_what, exit) => {
    using made = await withOthers();
    // The session looks twice; then come the look before the load and the one after it.
    for (const at of [3, 4]) {
      const end = await fixed(made, { 'auditctl -l': once(at, async () => exit) });
      expect(end.exit, end.stdout).toBe(0);
      expect((await dockaudit(made.host, ['rollback', '--yes'])).exit).toBe(0);
    }
  });
});

describe('auditctl -l that from the load on', () => {
  it.each(NONSENSE)('%s: a person is told what to type', async (_what, exit) => {
    using made = await withOthers();
    const before = await standing(made);
    const end = await fixed(made, { 'auditctl -l': from(4, async () => exit) });
    expect(end.exit, end.stdout).toBe(5);
    const { message, advice } = readFailure(end);
    expect(message).toContain("cannot read the kernel's rules");
    expect(advice.split('\n')).toEqual(
      expect.arrayContaining([
        'rm -f /etc/audit/rules.d/zz-docker.rules',
        'auditctl -W /usr/sbin/dockerd -k docker',
      ]),
    );
    expect((await standing(made)).files).toEqual(before.files);
    expect((await dockaudit(made.host, ['rollback', '--yes'])).exit).toBe(0);
    expect(await standing(made)).toEqual(before);
  });
});
