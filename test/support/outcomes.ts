/** What is left of a command that was stopped or hindered, and whether it is whole. */

import type { Scene, Whole } from './matrix.ts';
import type { Call, Traced } from './strace.ts';

/** Where a command was when it was killed, by its journal: not begun, under way, or ended. */
type Phase = 'idle' | 'begun' | 'ended';

/** The run after a crash, and to which end of the command it leads: from each phase. */
export interface Next {
  readonly args: readonly string[];
  readonly leads: Readonly<Record<Phase, 'before' | 'after'>>;
}

/**
 * By the lines that it wrote into its journal before the call that it was killed at, which was not
 * done any more. @param whole the calls of the run that nobody killed
 */
export function phaseOf(whole: readonly Call[], { calls, met }: Traced): Phase {
  const done = met ? calls.slice(0, calls.indexOf(met)) : calls;
  const written = done.filter(isJournalLine).length;
  if (written === 0) return 'idle';
  return written < whole.filter(isJournalLine).length ? 'begun' : 'ended';
}

function isJournalLine({ name, about }: Call): boolean {
  return name === 'rename' && about.includes('/journal.jsonl"');
}

/** @returns what is wrong, if anything is */
export async function judgeNext(
  scene: Scene,
  whole: Whole,
  { args, leads }: Next,
  phase: Phase,
): Promise<string | undefined> {
  const { status, stderr } = await scene.run(args);
  const told = `${phase}, then ${args.join(' ')} exited ${status}: ${stderr.slice(-600)}`;
  if (status !== 0) return told;
  return wrong(scene, told, [whole[leads[phase]]]);
}

type End = 'before' | 'after';

/**
 * How the host may be after a status, and after a `recover` that follows. Statuses not here are bugs.
 * Where even going back failed (5), what the journal says last is what recover goes by.
 */
const ENDS: Readonly<Record<Scene['command'], ReadonlyMap<number, readonly [End[], End[]]>>> = {
  fix: new Map([
    [0, [['after'], ['after']]],
    [1, [['before'], ['before']]],
    [4, [['before'], ['before']]],
    [5, [[], ['before', 'after']]],
    [78, [['before'], ['before']]],
  ]),
  rollback: new Map([
    [0, [['after'], ['after']]],
    // Before its first byte; but the journal may say already that it was begun.
    [1, [['before'], ['before', 'after']]],
    // Undone, and the host could not be looked at again.
    [4, [['after'], ['after']]],
    [5, [[], ['after']]],
    [78, [['before'], ['before']]],
  ]),
};

/** @returns what is wrong, if anything is */
export async function judgeRefused(
  scene: Scene,
  whole: Whole,
  said: Traced,
): Promise<string | undefined> {
  const told = `exited ${said.status}: ${said.stderr.slice(-600)}`;
  const [at, then] = ENDS[scene.command].get(said.status) ?? [];
  if (!at || !then) return told;
  const now = await scene.look();
  const [goal] = at.map((end) => whole[end]);
  if (goal !== undefined && goal !== now) return `${told}\nand left\n${difference(goal, now)}`;
  const { status, stderr } = await scene.run(['recover', '--yes']);
  const recovered = `${told}\nthen recover exited ${status}: ${stderr.slice(-600)}`;
  if (status !== 0) return recovered;
  return wrong(
    scene,
    recovered,
    then.map((end) => whole[end]),
  );
}

async function wrong(
  scene: Scene,
  told: string,
  goals: readonly string[],
): Promise<string | undefined> {
  const now = await scene.look();
  if (!goals.includes(now)) return `${told}\nand left\n${difference(goals[0] ?? '', now)}`;
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
