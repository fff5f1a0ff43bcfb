/** Fifty runs at one time on the live kernel: one changes the host, and each other says why it did not. */

import { expect, test } from 'vitest';
import {
  begin,
  begun,
  dockaudit,
  liveKernel,
  machine,
  OURS,
  rulesOf,
  table,
} from '../support/kernel.ts';

liveKernel();

const RUNS = 50;
const LISTED = '-w /etc/hosts -p wa -k base';

test('fifty fixes: one changes the host, each other names who did, or finds all done', async () => {
  await begin({ daemon: 'running', rules: { '20-base.rules': `${LISTED}\n` } });
  const ends = await atOnce('fix', '--yes');

  const done = ends.filter(({ status }) => status === 0);
  expect(done.length + busy(ends)).toBe(RUNS);
  expect(busy(ends)).toBeGreaterThan(0);
  expect(await states()).toEqual(['kept']);
  expect(table()).toEqual([LISTED, ...OURS]);
  const lines = rulesOf('zz-docker.rules').split('\n');
  expect(lines.filter((line) => line.startsWith('-'))).toHaveLength(OURS.length);
});

test('fifty rollbacks: one undoes the change, each other names who did, or finds none', async () => {
  await begin({ daemon: 'running', rules: { '20-base.rules': `${LISTED}\n` } });
  const before = machine();
  await dockaudit('fix', '--yes');
  const ends = await atOnce('rollback', '--yes');

  expect(ends.filter(({ status }) => status === 0)).toHaveLength(1);
  // 64: there is no change to undo any more.
  expect(ends.filter(({ status }) => status === 64).length + busy(ends)).toBe(RUNS - 1);
  expect(busy(ends)).toBeGreaterThan(0);
  expect(await states()).toEqual(['rolledBack']);
  expect(machine()).toEqual(before);
});

interface End {
  readonly status: number;
  readonly stderr: string;
  /** The process that it names, where it says that another run holds the host. */
  readonly named: number | undefined;
}

async function atOnce(...args: readonly string[]): Promise<readonly End[]> {
  const runs = Array.from({ length: RUNS }, () => begun(...args));
  const pids = runs.map(({ pid }) => pid);
  const ends = await Promise.all(runs.map(({ ended }) => ended));
  return ends.map(({ status, stderr }) => {
    const named = Number(/another\s+run,\s+process\s+(\d+),/.exec(stderr)?.[1]);
    return { status, stderr, named: pids.includes(named) ? named : undefined };
  });
}

/** Of all who exit 75 each names one of the fifty. */
function busy(ends: readonly End[]): number {
  const told = ends.filter(({ status }) => status === 75);
  expect(told.filter(({ named }) => named === undefined)).toEqual([]);
  return told.length;
}

async function states(): Promise<readonly string[]> {
  const said = await dockaudit('history', '--format', 'json');
  const { changes }: { readonly changes: ReadonlyArray<{ readonly state: string }> } = JSON.parse(
    said.stdout,
  );
  return changes.map(({ state }) => state);
}
