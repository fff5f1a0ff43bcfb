/** A session under `--confirm-within` in a real terminal: asked, answered, let alone, and killed. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIN, cli } from '../support/cli.ts';
import { openScreen, type Screen } from '../support/screen.ts';

/** Keys that come before a prompt listens are lost, as they should be. */
const LISTENS_MS = 250;
const QUESTION = /Keep the change\? It is undone in \d+ s \(y\/N\)/;
const PATIENCE = { timeout: 25_000, interval: 100 };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'dockaudit-confirm-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A session up to the question whether the change stays. */
async function asked(within: string, flags: readonly string[] = []): Promise<Screen> {
  const argv = ['demo', '--dir', directory, '--confirm-within', within, ...flags] as const;
  const screen = openScreen({ argv: [process.execPath, BIN, ...argv], rows: 120 });
  await answer(screen, 'Which controls', '\r');
  await answer(screen, 'Apply?', 'y\r');
  await screen.waitFor(QUESTION, 25_000);
  return screen;
}

async function answer(screen: Screen, question: string, keys: string): Promise<void> {
  await screen.waitFor(question);
  await new Promise((resolve) => setTimeout(resolve, LISTENS_MS));
  screen.type(keys);
}

async function history(): Promise<string> {
  const { stdout } = await demo('history', '--format', 'json');
  const { changes }: { changes: { state: string; note?: string }[] } = JSON.parse(stdout);
  return changes.map(({ state, note }) => [state, ...(note ? [note] : [])].join(': ')).join();
}

function demo(...args: readonly string[]) {
  return cli(['demo', '--dir', directory, ...args]);
}

/** Watchers of this host, by the command lines of all processes. */
function watchers(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return words.includes('expire') && words.includes(directory);
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe('the question', () => {
  it.each([
    ['y', 'y\r', 0, 'kept: confirmed'],
    ['enter alone', '\r', 4, 'rolledBack: not confirmed'],
    ['Ctrl-D', '\x04', 4, 'rolledBack: not confirmed'],
    ['Ctrl-C', '\x03', 130, 'rolledBack: not confirmed'],
  ])('answered by %s', async (_, keys, exit, state) => {
    const screen = await asked('60s');
    expect(watchers()).toHaveLength(1);
    screen.type(keys);
    expect(await screen.ended()).toBe(exit);
    expect(await history()).toBe(state);
    await expect.poll(watchers, PATIENCE).toEqual([]);
  });

  it('counts down on its own line', async () => {
    const screen = await asked('60s');
    const seconds = () => Number(/undone in (\d+) s/.exec(screen.text())?.[1]);
    const first = seconds();
    await expect.poll(seconds, PATIENCE).toBeLessThan(first);
    expect(screen.text().match(/Keep the change/g)).toHaveLength(1);
    screen.type('y\r');
    expect(await screen.ended()).toBe(0);
  });

  it('is asked once in plain lines, and heard', async () => {
    const screen = await asked('60s', ['--color', 'never']);
    screen.type('yes\r');
    expect(await screen.ended()).toBe(0);
    expect(screen.raw()).not.toContain('\x1b[');
    expect(await history()).toBe('kept: confirmed');
  });

  it('is answered by confirm from elsewhere', async () => {
    const screen = await asked('60s');
    expect((await demo('confirm')).exit).toBe(0);
    expect(await screen.ended()).toBe(0);
    expect(screen.text()).toMatch(/Change \S+ is kept\./);
  });

  it('is answered by no when time is over, also where the watcher was killed', async () => {
    const screen = await asked('10s');
    for (const pid of watchers()) process.kill(pid, 'SIGKILL');
    expect(await screen.ended(25_000)).toBe(4);
    expect(screen.text()).toContain('it was not confirmed in time');
    expect(await history()).toBe('rolledBack: not confirmed');
  });
});

describe('a session that is gone', () => {
  it.each<[name: string, end: (screen: Screen) => void]>([
    ['was killed', (screen) => screen.signal('SIGKILL')],
    ['lost its terminal', (screen) => screen.hangUp()],
    ['was stopped', (screen) => screen.signal('SIGTSTP')],
  ])('%s: the change goes back all the same', async (_, end) => {
    const screen = await asked('10s');
    end(screen);
    await expect.poll(history, PATIENCE).toBe('rolledBack: not confirmed');
    expect((await demo('check')).exit).toBe(2);
    await expect.poll(watchers, PATIENCE).toEqual([]);
    screen.hangUp();
  });

  it('does not take its watcher with it', async () => {
    const screen = await asked('60s');
    const [pid = 0] = watchers();
    process.kill(pid, 'SIGTERM');
    process.kill(pid, 'SIGHUP');
    screen.signal('SIGKILL');
    await screen.ended();
    expect(watchers()).toEqual([pid]);
    expect((await demo('confirm')).exit).toBe(0);
    await expect.poll(watchers, PATIENCE).toEqual([]);
    expect(await history()).toBe('kept: confirmed');
  });
});
