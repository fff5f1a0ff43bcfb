/**
 * After a fault at any effect of a change the host is exactly as before or exactly as after, and the
 * journal names which; after a stop of the machine one more run brings it there.
 */

import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { practiceHost } from '../../../src/host/practice.ts';
import { absolutePath } from '../../../src/paths.ts';
import { EACH, FAULTS, faulty, type Fault } from '../../support/faults.ts';
import { dockaudit } from '../../support/golden.ts';
import { hastyClock, listedOn, practised, type, type Practised } from '../../support/hosts.ts';

interface Start {
  readonly scenario: string;
  /** What else is so before the change. */
  readonly prepare?: (made: Practised) => unknown;
  readonly args?: readonly string[];
  readonly exit: number;
}

/** The unit lies where no file may name it. */
function moveBelowRun({ root }: Practised): void {
  rmSync(join(root, 'usr/lib/systemd/system/docker.socket'));
  writeFileSync(join(root, 'run/systemd/system/docker.socket'), '[Socket]\n');
}

/** Only the kernel holds it, beside rules that a reload would lose. */
function silence({ host }: Practised): Promise<unknown> {
  return type(host, '/sbin/auditctl -a never,task');
}

const FRESH: Start = { scenario: 'fresh', exit: 0 };

const ROADS: Readonly<Record<string, Start>> = {
  'by the loader and a restart': FRESH,
  'live, rule by rule': { scenario: 'kernel-only-rules', exit: 0 },
  'by files alone': { scenario: 'immutable', exit: 3 },
  'by starting the daemon': { scenario: 'auditd-stopped', exit: 0 },
  'by the loader, and last a live rule': { scenario: 'fresh', prepare: moveBelowRun, exit: 2 },
  'by the loader, without what silences': {
    scenario: 'suppressed',
    args: ['--unsilence'],
    exit: 3,
  },
  'live, and what silences is deleted': {
    scenario: 'kernel-only-rules',
    prepare: silence,
    args: ['--unsilence'],
    exit: 3,
  },
};

/** A road is gone as often as it has effects, and ended twice after each. */
const ROAD_MS = 180_000;

const FIX = ['--yes', '--format', 'json'];

describe.each(Object.entries(ROADS))('%s', (_, start) => {
  it.each(FAULTS)(
    'is before or after, whatever effect fails: %s',
    async (fault) => {
      const whole = await road(start);
      expect(whole.effects.length).toBeGreaterThan(5);
      const first = 1 + (FAULTS.indexOf(fault) % EACH);
      for (let at = first; at <= whole.effects.length; at += EACH)
        await expectWhole(start, fault, at, whole);
    },
    ROAD_MS,
  );
});

describe('a rollback', () => {
  it.each(['fresh', 'kernel-only-rules', 'auditd-stopped'])(
    'that is cut off on %s goes on to before, or forward to after',
    async (scenario) => {
      const whole = await road({ scenario, exit: 0 });
      for (let at = 1; ; at += EACH) {
        using made = await practised(scenario, hastyClock());
        expect((await dockaudit(made.host, FIX)).exit).toBe(0);
        const { host, effects } = faulty(made.host, 'stop', at);
        await dockaudit(host, ['rollback', '--yes', '--format', 'json']);
        const [state] = await states(made);
        await expectMended(made, state, whole, `stop '${effects[at - 1]}' (${at})`);
        if (effects.length < at) break;
        expect(at).toBeLessThan(40);
      }
    },
    ROAD_MS,
  );
});

describe('a recovery', () => {
  it.each([
    ['fresh', 'before', /restart auditd/],
    ['fresh', 'after', /restart auditd/],
    ['kernel-only-rules', 'after', /auditctl -w/],
  ])(
    'that is cut off itself on %s, to %s, is ended by the next one',
    async (scenario, to, began) => {
      const whole = await road({ scenario, exit: 0 });
      const first = whole.effects.findIndex((effect) => began.test(effect)) + 1;
      expect(first).toBeGreaterThan(1);
      for (let at = 1; ; at += EACH) {
        using made = await practised(scenario, hastyClock());
        await dockaudit(faulty(made.host, 'stop', first).host, FIX);
        const { host, effects } = faulty(made.host, 'stop', at);
        await dockaudit(host, [...RECOVER, '--to', to]);
        const [state] = await states(made);
        await expectMended(made, state, whole, `stop '${effects[at - 1]}' (${at})`);
        if (effects.length < at) break;
        expect(at).toBeLessThan(60);
      }
    },
    ROAD_MS,
  );
});

describe('two faults', () => {
  it('leave a host that the journal knows, and that one more run brings back', async () => {
    const whole = await road(FRESH);
    const effect = fc.integer({ min: 1, max: whole.effects.length + 8 });
    expect(whole.effects.length).toBeGreaterThan(5);
    await fc.assert(
      fc.asyncProperty(effect, effect, async (first, second) => {
        using made = await practised('fresh', hastyClock());
        const ended = await dockaudit(faulty(made.host, 'before', first, second).host, FIX);
        const what = `${first} and ${second}, exit ${ended.exit}`;
        const [state] = await states(made);
        const now = await standing(made);
        if (state === undefined || state === 'rolledBack' || state === 'kept') {
          same(now, state === 'kept' ? whole.after : whole.before, what);
          return;
        }
        const undone = await dockaudit(made.host, [...RECOVER, '--yes']);
        same(undone.exit, 0, what);
        same(await standing(made), whole.before, what);
      }),
      { numRuns: 25 },
    );
  });
});

interface Road {
  readonly effects: readonly string[];
  readonly before: Standing;
  readonly after: Standing;
}

async function begun({ scenario, prepare }: Start): Promise<Practised> {
  const made = await practised(scenario, hastyClock());
  await prepare?.(made);
  return made;
}

/** The road without a fault. */
async function road(start: Start): Promise<Road> {
  using made = await begun(start);
  const before = await standing(made);
  const { host, effects } = faulty(made.host, 'before', 0);
  const ended = await dockaudit(host, [...FIX, ...(start.args ?? [])]);
  expect(ended.exit, ended.stdout).toBe(start.exit);
  return { effects: [...effects], before, after: await standing(made) };
}

async function expectWhole(start: Start, fault: Fault, at: number, whole: Road): Promise<void> {
  using made = await begun(start);
  const { host, signal } = faulty(made.host, fault, at);
  const ended = await dockaudit(host, [...FIX, ...(start.args ?? [])], signal);
  const what = `${fault} '${whole.effects[at - 1]}' (${at}), exit ${ended.exit}`;
  const [state] = await states(made);
  if (fault === 'stop') return await expectMended(made, state, whole, what);
  const now = await standing(made);
  if (ended.exit === start.exit) {
    same(now, whole.after, what);
    same(state, 'kept', what);
    return;
  }
  expect(fault === 'interrupt' ? [130] : [1, 4], what).toContain(ended.exit);
  same(now, whole.before, what);
  if (ended.exit === 4) same(state, 'rolledBack', what);
  if (ended.exit === 1) same(state === 'rolledBack', false, what);
  if (state !== undefined && state !== 'rolledBack') {
    // Its journal was written, and said that it was not.
    same(state, 'prepared', what);
    await expectMended(made, state, whole, what);
  }
}

/** The machine runs again: what the journal says decides what the next run does. */
async function expectMended(
  made: Practised,
  state: string | undefined,
  whole: Road,
  what: string,
): Promise<void> {
  if (state === 'kept') same(await standing(made), whole.after, what);
  if (state === undefined || state === 'rolledBack') same(await standing(made), whole.before, what);
  const isCut = state !== undefined && state !== 'kept' && state !== 'rolledBack';
  const copy = await copied(made);
  const { exit, report } = await dockaudit(made.host, [...RECOVER, '--yes']);
  same(exit, 0, what);
  expect(v.parse(recovery, report).recovered, what).toMatchObject(
    isCut ? [{ interrupted: state, to: 'before', state: 'rolledBack' }] : [],
  );
  if (isCut) same(await standing(made), whole.before, what);
  same(leftovers(made), [], what);
  if (!isCut) return;
  same(await states(made), ['rolledBack'], what);
  const forward = await dockaudit(copy.host, [...RECOVER, '--to', 'after']);
  same(forward.exit, 0, `${what}: ${forward.stdout}`);
  same(await standing(copy), whole.after, what);
  same(await states(copy), ['kept'], what);
  same(leftovers(copy), [], what);
}

const RECOVER = ['recover', '--format', 'json'];

const recovery = v.object({
  recovered: v.array(
    v.object({ interrupted: v.string(), to: v.nullable(v.string()), state: v.string() }),
  ),
});

/** The same host as it is now, in a directory beside it that goes away with it. */
async function copied(made: Practised): Promise<Practised> {
  const directory = absolutePath(`${made.directory}/copy`);
  const own = readdirSync(made.directory);
  mkdirSync(directory);
  for (const name of own)
    cpSync(join(made.directory, name), join(directory, name), {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
    });
  const host = await practiceHost(directory, undefined, hastyClock());
  return { host, directory, root: absolutePath(`${directory}/root`), [Symbol.dispose]: () => {} };
}

/** Files not yet in place, and changes without a journal. */
function leftovers({ root }: Practised): readonly string[] {
  const changes = join(root, 'var/lib/dockaudit/changes');
  const names = existsSync(changes) ? readdirSync(changes) : [];
  // Its links lead to this machine's own directories.
  const beside = ['etc', 'run', 'var/lib'].flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }),
  );
  return [
    ...beside.filter((name) => name.includes('.dockaudit-')),
    ...names.filter((name) => !existsSync(join(changes, name, 'journal.jsonl'))),
  ];
}

const history = v.object({ changes: v.array(v.object({ state: v.string() })) });

/** Of all changes, the newest first. */
async function states({ host }: Practised): Promise<readonly string[]> {
  const { report } = await dockaudit(host, ['history', '--format', 'json']);
  return v.parse(history, report).changes.map(({ state }) => state);
}

/** All that a change may touch: /etc whole, the kernel's table and status, whether auditd runs. */
interface Standing {
  readonly files: readonly (readonly [string, number, number, string])[];
  readonly table: readonly string[];
  readonly status: readonly string[];
  readonly daemon: boolean;
}

async function standing(made: Practised): Promise<Standing> {
  const said = (await type(made.host, '/sbin/auditctl -s')).stdout.split('\n');
  const pid = said.find((line) => line.startsWith('pid '));
  return {
    files: filesBelow(join(made.root, 'etc')),
    table: await listedOn(made.host),
    status: said.filter((line) => !line.startsWith('pid ')),
    daemon: pid !== 'pid 0',
  };
}

/** Path, mode, time and bytes. A file that a change brings is new each time: its time does not count. */
function filesBelow(directory: string): Standing['files'] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .flatMap((name) => {
      const path = join(directory, name);
      const stats = lstatSync(path);
      if (!stats.isFile()) return [];
      const isOld = stats.mtimeMs < STARTED;
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return [[absolutePath(`/etc/${name}`), stats.mode, isOld ? stats.mtimeMs : 0, hash] as const];
    });
}

const STARTED = Date.now();

function same<T>(found: T, wanted: T, what: string): void {
  expect(found, what).toEqual(wanted);
}
