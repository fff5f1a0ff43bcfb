/** `--confirm-within` on a real kernel: the session is killed, and the host goes back by itself. */

import { expect, test } from 'vitest';
import {
  begin,
  dockaudit,
  liveKernel,
  machine,
  opened,
  OURS,
  reported,
  table,
  verdicts,
} from '../support/kernel.ts';
import type { Screen } from '../support/screen.ts';

liveKernel();

const FOREIGN = { '30-identity.rules': '-w /etc/passwd -p wa -k identity\n' };
const FOREIGN_LISTED = '-w /etc/passwd -p wa -k identity';
const QUESTION = 'Keep the change?';
const PATIENCE = { timeout: 60_000, interval: 250 };
const LISTENS_MS = 250;

/** A session that waits for the answer, its rules in force. */
async function asked(within: string): Promise<Screen> {
  const screen = opened('--confirm-within', within);
  for (const [question, keys] of [
    ['Which controls', '\r'],
    ['Apply?', 'y\r'],
  ] as const) {
    await screen.waitFor(question, 60_000);
    await new Promise((resolve) => setTimeout(resolve, LISTENS_MS));
    screen.type(keys);
  }
  await screen.waitFor(QUESTION, 60_000);
  expect(table()).toEqual([FOREIGN_LISTED, ...OURS]);
  return screen;
}

async function latest(): Promise<string> {
  const { stdout } = await dockaudit('history', '--format', 'json');
  const { changes }: { changes: { state: string; note?: string }[] } = JSON.parse(stdout);
  return `${changes[0]?.state}: ${changes[0]?.note}`;
}

test.each<[name: string, end: (screen: Screen) => void]>([
  ['is killed', (screen) => screen.signal('SIGKILL')],
  ['loses its terminal', (screen) => screen.hangUp()],
])('a session that %s: files, table and auditd are as before', async (_, end) => {
  await begin({ daemon: 'running', rules: FOREIGN });
  const before = machine();
  const screen = await asked('15s');
  end(screen);
  await expect.poll(latest, PATIENCE).toBe('rolledBack: not confirmed');
  expect(machine()).toEqual(before);
});

test('a session that is killed: who confirms in time keeps the change', async () => {
  await begin({ daemon: 'running', rules: FOREIGN });
  const screen = await asked('10m');
  screen.signal('SIGKILL');
  await screen.ended();
  expect(await dockaudit('confirm')).toMatchObject({ status: 0 });
  expect(await latest()).toBe('kept: confirmed');
  expect(verdicts(await reported('check'))).toEqual(['1.2.3 pass', '1.2.7 pass']);
  expect(await dockaudit('confirm')).toMatchObject({ status: 1 });
});

test('nobody is there: --yes leaves at once, and the host goes back on time', async () => {
  await begin({ daemon: 'stopped', rules: FOREIGN });
  const before = machine();
  const report = await reported('--yes', '--confirm-within', '10s');
  expect(report).toMatchObject({ status: 0, change: { state: 'unconfirmed' } });
  expect(table()).toEqual([FOREIGN_LISTED, ...OURS]);
  await expect.poll(latest, PATIENCE).toBe('rolledBack: not confirmed');
  expect(machine()).toEqual(before);
});
