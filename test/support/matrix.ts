/**
 * The matrices of faults: one command of dockaudit, stopped or hindered at each of its points in
 * turn, and what the next run makes of it. strace.ts says how; outcomes.ts says what is whole.
 */

import { expect } from 'vitest';
import type { Said } from './hosts.ts';
import { judgeNext, judgeRefused, phaseOf, type Next } from './outcomes.ts';
import { faulted, recorded, type Call, type Fault, type Traced } from './strace.ts';

/** A host, and the command that is tried on it. */
export interface Scene {
  readonly command: 'fix' | 'rollback';
  /** The command as it is started: program and arguments. */
  readonly argv: readonly string[];
  /** What may be hindered: paths of the host that the command is about, and of its records. */
  readonly places: RegExp;
  /** Brings the host to where the command begins. */
  begin(): Promise<void>;
  /** Runs dockaudit to its end, on the same host. */
  run(args: readonly string[]): Promise<Said>;
  /** All that has to be whole, as text that can be compared. */
  look(): Promise<string>;
  /** Files of ours that should not be there once all is ended. */
  leavings(): readonly string[];
}

/** What an unhindered run does. */
export interface Whole {
  readonly before: string;
  readonly after: string;
  readonly calls: readonly Call[];
}

interface Trial {
  readonly point: Call;
  readonly fault: Fault;
}

const ERRNOS = ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EDQUOT', 'EMFILE', 'EXDEV'];

/** `whole`: all trials; a number: each so many-th; else as many as the test finds enough. */
const EXTENT = process.env['FAULTS'] ?? '';
/** Where a sample begins. */
const SEED = Number(process.env['FAULTS_SEED'] ?? 1);

/** How many tries a point gets: while a daemon comes up, the number of looks at it is never the same. */
const TRIES = 12;

/** Runs the command without a fault: twice, since the first run also compiles and keeps the program. */
export async function unhindered(scene: Scene): Promise<Whole> {
  await scene.begin();
  await recorded(scene.argv);
  await scene.begin();
  const before = await scene.look();
  const { status, stderr, calls } = await recorded(scene.argv);
  expect(status, stderr).toBe(0);
  const after = await scene.look();
  expect(after).not.toBe(before);
  return { before, after, calls };
}

/**
 * Killed at each call that changes a file, and when a command begins, has begun and has ended.
 * @returns what is not whole
 */
export async function crashes(
  name: string,
  scene: Scene,
  whole: Whole,
  next: Next,
  every: number,
): Promise<readonly string[]> {
  const trials = whole.calls
    .filter(({ changes }) => changes)
    .map((point): Trial => ({ point, fault: { kind: 'kill' } }));
  return series(`crash: ${name}`, scene, whole, trials, every, (said) =>
    judgeNext(scene, whole, next, phaseOf(whole.calls, said)),
  );
}

/** Each errno on each call about the places, once or from then on. @returns what is not whole */
export async function refusals(
  name: string,
  scene: Scene,
  whole: Whole,
  every: number,
): Promise<readonly string[]> {
  const points = whole.calls.filter(({ about }) => scene.places.test(about));
  const trials = points.flatMap((point) =>
    hindrances(point).map((fault): Trial => ({ point, fault })),
  );
  return series(`errno: ${name}`, scene, whole, trials, every, (said) =>
    judgeRefused(scene, whole, said),
  );
}

/**
 * What only looks is hindered once, by what can befall a look. From then on: not writes and closes,
 * which Node's own pipes need, too.
 */
function hindrances({ name, changes }: Call): readonly Fault[] {
  if (!changes) return ['EIO', 'EACCES', 'EMFILE'].map((errno) => hindrance(errno, false));
  const onwards = ['write', 'close'].includes(name) ? [false] : [false, true];
  return ERRNOS.flatMap((errno) => onwards.map((stays) => hindrance(errno, stays)));
}

function hindrance(errno: string, onwards: boolean): Fault {
  return { kind: 'errno', errno, onwards };
}

function sample(trials: readonly Trial[], every: number): readonly Trial[] {
  const step = EXTENT === 'whole' ? 1 : Number(EXTENT) || every;
  return trials.filter((_, index) => index % step === SEED % step);
}

type Verdict = (said: Traced) => Promise<string | undefined>;

async function series(
  name: string,
  scene: Scene,
  { calls }: Whole,
  all: readonly Trial[],
  every: number,
  judge: Verdict,
): Promise<readonly string[]> {
  const trials = sample(all, every);
  expect(trials.length).toBeGreaterThan(0);
  const broken: string[] = [];
  for (const trial of trials) {
    const trouble = await tried(scene, calls, trial, judge);
    if (trouble !== undefined) broken.push(`${describe(trial)}: ${trouble}`);
  }
  const good = trials.length - broken.length;
  const of = trials.length === all.length ? '' : ` of ${all.length}`;
  process.stdout.write(`${name}: ${trials.length}${of} points, ${good} whole\n`);
  return broken;
}

/**
 * Until the fault has met its point. Another call that it met may be one that Node itself cannot do
 * without, such as the write that wakes its loop, or the close of a pipe that is waited for.
 */
async function tried(
  scene: Scene,
  calls: readonly Call[],
  { point, fault }: Trial,
  judge: Verdict,
): Promise<string | undefined> {
  let nth = point.nth;
  for (let tries = 0; tries < TRIES; tries++) {
    await scene.begin();
    const said = await faulted(scene.argv, fault, { name: point.name, nth });
    const { met } = said;
    // A run that is killed elsewhere again and again is a crash like any other.
    const isTaken = fault.kind === 'kill' && tries >= TRIES / 2;
    if (met !== undefined && (isTaken || isSame(met, point))) return judge(said);
    nth = nextTry(calls, point, said, nth);
    // What it began may still work, and a lock that is left makes the next run another one.
    await scene.run(['recover', '--yes']);
  }
  return `was not met in ${TRIES} runs`;
}

/** Where the point was in the run that missed it, or must be by how far that run was from the plain one. */
function nextTry(calls: readonly Call[], point: Call, said: Traced, nth: number): number {
  const { met } = said;
  if (met === undefined) return nth - 1;
  const seen = said.calls.find((call) => isSame(call, point));
  if (seen) return seen.nth;
  const twins = calls.filter((call) => isSame(call, met)).map((twin) => met.nth - twin.nth);
  const [drift = 0] = twins.toSorted((one, other) => Math.abs(one) - Math.abs(other));
  return drift === 0 ? nth + 1 : point.nth + drift;
}

function isSame(one: Call, other: Call): boolean {
  return one.name === other.name && one.about === other.about && one.commands === other.commands;
}

function describe({ point, fault }: Trial): string {
  const what =
    fault.kind === 'kill' ? 'killed' : `${fault.errno}${fault.onwards ? ' from then on' : ''}`;
  return `${what} at ${point.name}(${point.about}) #${point.nth}`;
}
