/** A host's fix and its undo on the live kernel, killed and hindered at each point of their road. */

import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import {
  AUDIT,
  begin,
  liveKernel,
  machine,
  requireHarmlessRules,
  type Situation,
} from '../support/kernel.ts';
import { crashes, refusals, unhindered, type Scene } from '../support/matrix.ts';
import { requireStrace, STEADY } from '../support/strace.ts';

liveKernel();
beforeAll(requireStrace);

const folder = mkdtempSync(join(tmpdir(), 'dockaudit-matrix-'));
const [state, kept] = [join(folder, 'state'), join(folder, 'kept')];
afterAll(() => rmSync(folder, { recursive: true }));

const BASE = { '20-base.rules': '-w /etc/hosts -p wa -k base\n' };
const ROADS = {
  'with a restart of auditd': { situation: { daemon: 'running', rules: BASE }, options: [] },
  'with a start of auditd': { situation: { daemon: 'stopped', rules: BASE }, options: [] },
  'without a restart': {
    situation: { daemon: 'running', rules: BASE },
    options: ['--no-restart'],
  },
} as const satisfies Record<string, { situation: Situation; options: readonly string[] }>;

/** What a run that was killed began goes on: the next one is told so until it has ended. */
const WAIT_MS = 200;
const WAITS = 100;

async function run(args: readonly string[]) {
  for (let waits = 0; ; waits++) {
    requireHarmlessRules();
    const { exit, ...said } = await cli([...args, '--state', state]);
    const isHeld = exit === 75 && /begun\s+by\s+a\s+run\s+that\s+was\s+cut\s+off/.test(said.stderr);
    if (!isHeld || waits === WAITS) return { status: exit, ...said };
    await new Promise((resolve) => void setTimeout(resolve, WAIT_MS));
  }
}

async function look(): Promise<string> {
  return JSON.stringify(machine(), undefined, 1);
}

function leavings(): readonly string[] {
  const below = [AUDIT, state].flatMap((at) => namesIn(at, true));
  const beside = ['/run', '/dev/shm', '/tmp', '/var/tmp'].flatMap((at) => namesIn(at, false));
  return [...below, ...beside].filter((path) => path.includes('/.dockaudit-'));
}

function namesIn(at: string, recursive: boolean): readonly string[] {
  if (!existsSync(at)) return [];
  return readdirSync(at, { recursive, encoding: 'utf8' }).map((name) => join(at, name));
}

/** Begins anew only where the run before has not left the host so. */
function scene(
  command: Scene['command'],
  options: readonly string[],
  prepare: () => Promise<void>,
): Scene {
  let beginning: string | undefined;
  return {
    command,
    argv: [...STEADY, command, '--yes', ...options, '--state', state],
    places: new RegExp(`${AUDIT}|${state}|/run/dockaudit|/\\.dockaudit-`),
    begin: async () => {
      rmSync(state, { recursive: true, force: true });
      for (const path of leavings()) rmSync(path);
      if (beginning === undefined || (await look()) !== beginning) {
        rmSync(kept, { recursive: true, force: true });
        await prepare();
        beginning = await look();
        if (existsSync(state)) cpSync(state, kept, { recursive: true, preserveTimestamps: true });
      }
      if (existsSync(kept)) cpSync(kept, state, { recursive: true, preserveTimestamps: true });
      requireHarmlessRules();
    },
    run,
    look,
    leavings,
  };
}

function fixing(road: keyof typeof ROADS): Scene {
  const { situation, options } = ROADS[road];
  return scene('fix', options, () => begin(situation));
}

function undoing(road: keyof typeof ROADS): Scene {
  const { situation, options } = ROADS[road];
  return scene('rollback', [], async () => {
    await begin(situation);
    const { status, stderr } = await run(['fix', '--yes', ...options]);
    expect(status, stderr).toBe(0);
  });
}

const roads = ['with a restart of auditd', 'with a start of auditd', 'without a restart'] as const;

test.each(roads)('fix %s, killed: recover goes back, or forward', async (road) => {
  const one = fixing(road);
  const whole = await unhindered(one);
  const back = { idle: 'before', begun: 'before', ended: 'after' } as const;
  const forth = { ...back, begun: 'after' } as const;
  expect(
    await crashes(`fix ${road}`, one, whole, { args: ['recover', '--yes'], leads: back }, 50),
  ).toEqual([]);
  const next = { args: ['recover', '--to', 'after'], leads: forth };
  expect(await crashes(`fix ${road}, then forward`, one, whole, next, 80)).toEqual([]);
});

test.each(roads)('rollback %s, killed: recover ends it, or takes it back', async (road) => {
  const one = undoing(road);
  const whole = await unhindered(one);
  const on = { idle: 'before', begun: 'after', ended: 'after' } as const;
  const forth = { ...on, begun: 'before' } as const;
  expect(
    await crashes(`rollback ${road}`, one, whole, { args: ['recover', '--yes'], leads: on }, 50),
  ).toEqual([]);
  const next = { args: ['recover', '--to', 'after'], leads: forth };
  expect(await crashes(`rollback ${road}, then forward`, one, whole, next, 80)).toEqual([]);
});

test('fix without a restart, hindered: it ends as it says', async () => {
  const one = fixing('without a restart');
  expect(await refusals('fix without a restart', one, await unhindered(one), 260)).toEqual([]);
});

test('rollback without a restart, hindered: it ends as it says', async () => {
  const one = undoing('without a restart');
  expect(await refusals('rollback without a restart', one, await unhindered(one), 260)).toEqual([]);
});
