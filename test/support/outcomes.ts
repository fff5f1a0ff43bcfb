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

/** The call that was killed was not done any more. */
export function phaseOf(calls: readonly Call[], point: Call): Phase {
  const at = calls.findIndex(({ name, nth }) => name === point.name && nth === point.nth);
  const entries = calls.flatMap(({ name, about }, index) =>
    name === 'rename' && about.includes('/journal.jsonl"') ? [index] : [],
  );
  if (at <= (entries[0] ?? Infinity)) return 'idle';
  return at <= (entries.at(-1) ?? Infinity) ? 'begun' : 'ended';
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

/** Nothing changed (1, or 78), rolled back (4), or all done; or else 5, and the next run does it. */
export async function judgeRefused(
  scene: Scene,
  { before, after }: Whole,
  said: Traced,
): Promise<string | undefined> {
  const told = `exited ${said.status}: ${said.stderr.slice(-600)}`;
  const goal = new Map([
    [0, after],
    [1, before],
    [4, before],
    [78, before],
  ]).get(said.status);
  if (goal === undefined && said.status !== 5) return told;
  if (goal !== undefined && (await scene.look()) !== goal)
    return `${told}\nand left\n${difference(goal, await scene.look())}`;
  const { status, stderr } = await scene.run(['recover', '--yes']);
  const then = `${told}\nthen recover exited ${status}: ${stderr.slice(-600)}`;
  if (status !== 0) return then;
  // What a fix left goes back; an undo that was under way goes on.
  const ends = { fix: [before], rollback: said.status === 5 ? [after] : [before, after] };
  return wrong(scene, then, said.status === 0 ? [after] : ends[scene.command]);
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
