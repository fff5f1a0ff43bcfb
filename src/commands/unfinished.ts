/** A change that was cut off, seen by a command that is about something else. */

import type { Change } from '../apply/change.ts';
import { isUnfinished } from '../apply/unfinished.ts';
import { ExitStatus } from '../errors.ts';
import { printable } from '../text.ts';
import { shellLine } from '../shell.ts';
import { describeInterruption, describeRecovered } from '../report/recovery.ts';
import type { Recovered } from '../report/report.ts';
import type { Context } from './context.ts';
import { clearAway, examine, unfinishedChanges, type Cut } from './recovery.ts';
import type { Survey } from './survey.ts';

/** `seen`, with a note if a change of this host is unfinished. Another run may be at work on it. */
export function withUnfinished<T extends Survey>({ self }: Context, seen: T): T {
  const cut = seen.changes?.find(isUnfinished);
  if (!cut) return seen;
  const command = shellLine([...self, 'recover']);
  const note = `change ${printable(cut.record.id)} is unfinished: unless another run is at work on it, '${command}' ends it`;
  return noting(seen, [note]);
}

/** `seen`, with `notes` among those of the host. */
export function noting<T extends Survey>(seen: T, notes: readonly string[]): T {
  return { ...seen, facts: { ...seen.facts, notes: [...seen.facts.notes, ...notes] } };
}

/** A person's answer was to leave it. @returns the exit status */
export function leaveUnfinished({ terminal }: Context): number {
  terminal.say('Nothing was changed.');
  return ExitStatus.findings;
}

/**
 * Ends what was cut off before anything else is done: a session asks how, `--yes` goes back.
 * @returns what was said of it, or undefined if the person leaves it
 * @throws what ending it throws
 */
export async function recoverFirst(context: Context): Promise<readonly string[] | undefined> {
  const said: string[] = [];
  const ended: Recovered[] = [];
  for (const change of await unfinishedChanges(context)) {
    const cut = await examine(context, change);
    const to = await askWay(context, cut);
    if (to === undefined) return undefined;
    const found = describeInterruption(change, cut.stand);
    if (!asksIn(context)) context.terminal.note(found);
    const recovered = await cut.end(to);
    ended.push(recovered);
    const done = describeRecovered(recovered);
    context.terminal.note(done);
    said.push(`${found} ${done}`);
  }
  await context.shielded(() => clearAway(context, ended));
  return said;
}

/** Which way a change ends, where the command line does not say it; undefined if it is left. */
export async function askWay(
  { terminal, options }: Context,
  { change, stand }: Cut,
): Promise<'before' | 'after' | undefined> {
  if (options.to !== undefined) return options.to;
  if (!asksIn({ terminal, options })) return 'before';
  terminal.say(describeInterruption(change, stand));
  const picked = await terminal.pick('How shall it end?', [
    { value: 'before', title: 'as before it', detail: 'files and kernel go back' },
    ...afterOf(change),
    { value: 'leave', title: 'leave it', detail: 'nothing is changed now' },
  ]);
  return picked === 'before' || picked === 'after' ? picked : undefined;
}

function asksIn({ terminal, options }: Pick<Context, 'terminal' | 'options'>): boolean {
  return terminal.interactive && !options.yes;
}

function afterOf({ record }: Change) {
  return record.forward
    ? [{ value: 'after', title: 'as it was promised', detail: 'files and kernel go forward' }]
    : [];
}
