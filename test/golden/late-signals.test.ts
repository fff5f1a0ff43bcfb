/** A signal that comes once a change is kept or undone: what was done is told, never that nothing was. */

import { EventEmitter } from 'node:events';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { FileImage, Host } from '../../src/host/host.ts';
import { listen } from '../../src/signals.ts';
import { decode } from '../../src/text.ts';
import { watched, type Watched } from '../support/confirming.ts';
import { dockaudit, type Ended } from '../support/golden.ts';
import { faulty } from '../support/faults.ts';

const TO_A_FILE = ['--output', '/var/report'];
const WAITS = ['--yes', '--confirm-within', '120s', '--format', 'json'];
const entry = v.object({ state: v.string() });

interface Case {
  readonly args: readonly string[];
  /** What was run before. */
  readonly first?: (made: Watched) => Promise<unknown>;
  /** The last word of the journal. */
  readonly state: 'kept' | 'rolledBack' | 'unconfirmed';
  readonly said: RegExp;
}

const run = (args: readonly string[]) => (made: Watched) => dockaudit(made.host, args);
/** Dies as its files are written. */
const cutOff = (made: Watched) =>
  dockaudit({ ...faulty(made.host, 'stop', 10).host, exclusively: (_lock, task) => task() }, [
    '--yes',
  ]);
const KEPT = /interrupted: change \S+ is kept/;
const BACK = /interrupted: change \S+ is rolled back/;

const CASES: readonly Case[] = [
  { args: ['--yes', ...TO_A_FILE], state: 'kept', said: KEPT },
  {
    args: [...WAITS, ...TO_A_FILE],
    state: 'unconfirmed',
    said: /interrupted: change \S+ waits to be confirmed until/,
  },
  { args: ['rollback', '--yes'], first: run(['--yes']), state: 'rolledBack', said: BACK },
  { args: ['remove', '--yes', ...TO_A_FILE], first: run(['--yes']), state: 'kept', said: KEPT },
  { args: ['confirm'], first: run(WAITS), state: 'kept', said: KEPT },
  { args: ['recover', '--yes'], first: cutOff, state: 'rolledBack', said: BACK },
  { args: ['recover', '--to', 'after'], first: cutOff, state: 'kept', said: KEPT },
  // The recovery is over, and another change follows.
  { args: ['--yes'], first: cutOff, state: 'rolledBack', said: /change( \S+ is| was) rolled back/ },
];

/** How many calls of the host come after the last word; a signal comes with the call `at` of these. */
async function interrupted(wanted: Case, at: number) {
  using made = await watched();
  await wanted.first?.(made);
  const source = new EventEmitter();
  const signals = listen(source);
  let isOver = false;
  signals.ended.catch(() => (isOver = true));
  let calls: number | undefined;
  const heard = async (): Promise<void> => {
    if (isOver) await new Promise(() => undefined);
    if (calls !== undefined && (calls += 1) === at) source.emit('SIGTERM');
  };
  const host = hearing(made.host, heard, (image) => {
    if (lastState(image) === wanted.state) calls ??= 0;
  });
  const ended = await dockaudit(host, wanted.args, signals);
  return { ended, calls: calls ?? 0 };
}

/** `host`, which tells of every call, and of every journal that was written. */
function hearing(host: Host, heard: () => Promise<void>, wrote: (image: FileImage) => void): Host {
  return {
    ...host,
    read: (path) => heard().then(() => host.read(path)),
    look: (path) => heard().then(() => host.look(path)),
    list: (path) => heard().then(() => host.list(path)),
    ask: (query) => heard().then(() => host.ask(query)),
    run: (command) => heard().then(() => host.run(command)),
    remove: (path) => heard().then(() => host.remove(path)),
    replace: async (path, image) => {
      await heard();
      await host.replace(path, image);
      if (path.endsWith('/journal.jsonl')) wrote(image);
    },
  };
}

function lastState({ bytes }: FileImage): string {
  return v.parse(entry, JSON.parse(decode(bytes).trimEnd().split('\n').at(-1) ?? '')).state;
}

function told({ stdout, report }: Ended): string {
  return report === undefined ? stdout : JSON.stringify(report);
}

describe('a signal after the last word of a change', () => {
  it.each(CASES)('$args: tells it', async (wanted) => {
    const undisturbed = await interrupted(wanted, 0);
    const { calls } = undisturbed;
    expect(calls).toBeGreaterThan(0);
    for (const share of [0, 0.3, 0.6, 0.9, 1]) {
      const at = Math.max(1, Math.floor(share * calls));
      const { ended } = await interrupted(wanted, at);
      expect(told(ended)).not.toContain('nothing was changed');
      const isTold = wanted.said.test(told(ended));
      const ends = isTold ? [undisturbed.ended.exit, 143] : [undisturbed.ended.exit];
      expect(ends, told(ended)).toContain(ended.exit);
    }
  });
});
