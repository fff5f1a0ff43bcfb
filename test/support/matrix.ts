/**
 * The matrices of faults: one command of dockaudit, stopped or hindered at each of its points in
 * turn, and what the next run makes of it.
 */

import { expect } from 'vitest';
import type { Said } from './hosts.ts';
import { faulted, recorded, type Call, type Fault, type Traced } from './strace.ts';

/** A host, and the command that is tried on it. */
export interface Scene {
  /** Program and arguments. */
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

/** The run after a crash, and where it leads. */
export interface Next {
  readonly args: readonly string[];
  readonly statuses: readonly number[];
  readonly leads: 'before' | 'after' | 'either';
}

/** What an unhindered run does. */
interface Whole {
  readonly before: string;
  readonly after: string;
  readonly calls: readonly Call[];
}

interface Trial {
  readonly point: Call;
  readonly fault: Fault;
}

export const ERRNOS = ['ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EDQUOT', 'EMFILE', 'EXDEV'];

/** `whole`: all trials; a number: each so many-th; else as many as the test finds enough. */
const EXTENT = process.env['FAULTS'] ?? '';
/** Where a sample begins. */
const SEED = Number(process.env['FAULTS_SEED'] ?? 1);

/** How many tries a point gets: while a daemon comes up, the number of looks at it is never the same. */
const TRIES = 8;

/** Runs the command once without a fault. */
export async function unhindered(scene: Scene): Promise<Whole> {
  await scene.begin();
  const before = await scene.look();
  const { status, stderr, calls } = await recorded(scene.argv);
  expect(status, stderr).toBe(0);
  const after = await scene.look();
  expect(after).not.toBe(before);
  return { before, after, calls };
}

/** Killed at each point. @returns how many there were */
export async function crashes(
  name: string,
  scene: Scene,
  whole: Whole,
  next: Next,
  every: number,
): Promise<number> {
  const points = whole.calls.filter(
    (call) => isChild(call) || (call.changes && !isToldElsewhere(call)),
  );
  const trials = points.map((point): Trial => ({ point, fault: { kind: 'kill' } }));
  return series(name, scene, sample(trials, every), async () => {
    const said = await scene.run(next.args);
    return judgeNext(scene, whole, next, said);
  });
}

/** Each errno on each point, once or from then on. @returns how many there were */
export async function refusals(
  name: string,
  scene: Scene,
  whole: Whole,
  recover: readonly string[],
  every: number,
): Promise<number> {
  const points = whole.calls.filter(
    (call) => !isChild(call) && scene.places.test(call.about) && !/\.pid|\/proc\//.test(call.about),
  );
  const trials = points.flatMap((point) =>
    ERRNOS.flatMap((errno) =>
      [false, true].map((onwards): Trial => ({ point, fault: { kind: 'errno', errno, onwards } })),
    ),
  );
  return series(name, scene, sample(trials, every), (said) =>
    judgeRefused(scene, whole, recover, said),
  );
}

async function series(
  name: string,
  scene: Scene,
  trials: readonly Trial[],
  judge: (said: Traced) => Promise<string | undefined>,
): Promise<number> {
  const broken: string[] = [];
  for (const trial of trials) {
    const trouble = await tried(scene, trial, judge);
    if (trouble === undefined) continue;
    broken.push(`${describe(trial)}: ${trouble}`);
    process.stdout.write(`${broken.at(-1)}\n`);
  }
  const said = `${name}: ${trials.length} points, ${trials.length - broken.length} whole`;
  process.stdout.write(`${said}\n`);
  expect(broken, said).toEqual([]);
  return trials.length;
}

/** Until the fault has met its point; what it meets on the way has to end well, too. */
async function tried(
  scene: Scene,
  { point, fault }: Trial,
  judge: (said: Traced) => Promise<string | undefined>,
): Promise<string | undefined> {
  let nth = point.nth;
  for (let tries = 0; tries < TRIES; tries++) {
    await scene.begin();
    const said = await faulted(scene.argv, fault, { name: point.name, nth });
    const trouble = await judge(said);
    if (trouble !== undefined) return trouble;
    if (said.met === undefined) {
      nth -= 1;
      continue;
    }
    if (isSame(said.met, point)) return undefined;
    const seen = said.calls.find((call) => isSame(call, point));
    nth = seen ? seen.nth : nth + 1;
  }
  return `was not met in ${TRIES} runs`;
}

function isSame(one: Call, other: Call): boolean {
  return one.name === other.name && one.about === other.about && one.commands === other.commands;
}

async function judgeNext(
  scene: Scene,
  { before, after }: Whole,
  next: Next,
  said: Said,
): Promise<string | undefined> {
  const told = `${next.args.join(' ')} exited ${said.status}: ${said.stderr.slice(-600)}`;
  if (!next.statuses.includes(said.status)) return told;
  const goals = { before: [before], after: [after], either: [before, after] }[next.leads];
  const now = await scene.look();
  if (!goals.includes(now)) return `${told}\nand left\n${difference(goals[0] ?? '', now)}`;
  const leavings = scene.leavings();
  return leavings.length > 0 ? `left behind ${leavings.join(' ')}` : undefined;
}

async function judgeRefused(
  scene: Scene,
  { before, after }: Whole,
  recover: readonly string[],
  said: Traced,
): Promise<string | undefined> {
  const told = `exit ${said.status}: ${said.stderr.slice(-600)}`;
  const now = await scene.look();
  if (said.status === 0) {
    if (now !== after) return `${told}\nand left\n${difference(after, now)}`;
  } else if ([1, 4, 78].includes(said.status)) {
    if (now !== before) return `${told}\nand left\n${difference(before, now)}`;
  } else if (said.status !== 5) return told;
  const ended = await scene.run(recover);
  const goal = said.status === 0 ? [before, after] : [before];
  const then = await scene.look();
  if (!goal.includes(then))
    return `${told}\nthen ${ended.status}: ${ended.stderr.slice(-400)}\n${difference(before, then)}`;
  const leavings = scene.leavings();
  return leavings.length > 0 ? `${told}\nleft behind ${leavings.join(' ')}` : undefined;
}

/** What is wanting and what should not be there, line by line. */
function difference(wanted: string, found: string): string {
  const [one = [], other = []] = [wanted, found].map((text) => text.split('\n'));
  return [
    ...one.filter((line) => !other.includes(line)).map((line) => `- ${line}`),
    ...other.filter((line) => !one.includes(line)).map((line) => `+ ${line}`),
  ].join('\n');
}

function describe({ point, fault }: Trial): string {
  const what =
    fault.kind === 'kill' ? 'killed' : `${fault.errno}${fault.onwards ? ' from then on' : ''}`;
  return `${what} at ${point.name}(${point.about}) #${point.nth}`;
}

function isChild({ name }: Call): boolean {
  return /^(?:v?fork|clone3?|wait4)$/.test(name);
}

/** Said to a person, or to other threads. */
function isToldElsewhere({ about }: Call): boolean {
  return /^<(?:pipe|anon_inode|socket|\/dev)/.test(about);
}

function sample(trials: readonly Trial[], every: number): readonly Trial[] {
  const step = EXTENT === 'whole' ? 1 : Number(EXTENT) || every;
  return trials.filter((_, index) => index % step === SEED % step);
}
