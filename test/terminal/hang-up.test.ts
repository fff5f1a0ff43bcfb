/** A terminal that goes away in the middle, as with a dropped ssh: the change goes back, exit 129. */

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { BIN, cli } from '../support/cli.ts';
import { holdAt, standing, stopped } from '../support/held.ts';
import { practised, type Practised } from '../support/hosts.ts';
import { openScreen, type Screen } from '../support/screen.ts';

const STEPS = [
  'look once more',
  'back up',
  'write /etc/audit/rules.d/zz-docker.rules',
  '/usr/sbin/augenrules --load',
  'read the table back',
  'restart auditd',
  'judge the host again',
];
/** Keys that come before a prompt listens are lost, as they should be. */
const LISTENS_MS = 250;

function start({ directory }: Practised, args: readonly string[], step?: string): Screen {
  return openScreen({
    argv: [process.execPath, BIN, 'demo', '--dir', directory, ...args],
    rows: 120,
    ...(step === undefined ? {} : { env: { NODE_OPTIONS: holdAt(step) } }),
  });
}

async function answer(screen: Screen, question: string, keys: string): Promise<void> {
  await screen.waitFor(question);
  await sleep(LISTENS_MS);
  screen.type(keys);
}

async function statesOf({ directory }: Practised): Promise<readonly unknown[]> {
  const { stdout } = await cli(['demo', '--dir', directory, 'history', '--format', 'json']);
  const { changes }: { readonly changes: readonly { readonly state: unknown }[] } =
    JSON.parse(stdout);
  return changes.map(({ state }) => state);
}

describe.each(['a session', '--yes'])('the terminal of %s is closed', (how) => {
  it.each(STEPS)('at ‘%s’', async (step) => {
    using made = await practised();
    const before = await standing(made);
    const screen = start(made, how === '--yes' ? ['--yes'] : [], step);
    if (how !== '--yes') {
      await answer(screen, 'Which controls', '\r');
      await answer(screen, 'Apply?', 'y\r');
    }
    await stopped(screen.pid);
    screen.hangUp();
    expect(await screen.ended()).toBe(129);
    expect(await standing(made)).toEqual(before);
    const states = await statesOf(made);
    expect(states).toEqual(step === 'look once more' ? [] : ['rolledBack']);
  });
});

describe('the terminal is closed at a question', () => {
  it.each([
    ['which controls', []],
    ['whether to apply', ['\r']],
  ])('%s: nothing is changed', async (_, before) => {
    using made = await practised();
    const was = await standing(made);
    const screen = start(made, []);
    for (const keys of before) await answer(screen, 'Which controls', keys);
    await screen.waitFor(before.length === 0 ? 'Which controls' : 'Apply?');
    await sleep(LISTENS_MS);
    screen.hangUp();
    expect(await screen.ended()).toBe(129);
    expect(await standing(made)).toEqual(was);
    expect(await statesOf(made)).toEqual([]);
  });
});

describe('the terminal of an undo is closed', () => {
  it.each(['restore the files', 'restore the kernel', 'compare'])('at ‘%s’', async (step) => {
    using made = await practised();
    const before = await standing(made);
    expect((await cli(['demo', '--dir', made.directory, '--yes'])).exit).toBe(0);
    const screen = start(made, ['rollback', '--yes'], step);
    await stopped(screen.pid);
    screen.hangUp();
    // An undo goes on to its end, whatever comes.
    expect([0, 129]).toContain(await screen.ended());
    expect(await standing(made)).toEqual(before);
    expect(await statesOf(made)).toEqual(['rolledBack']);
  });
});
