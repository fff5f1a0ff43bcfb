/** A change that was cut off goes back to what was before it, or to where its undo was going. */

import type { Facts, Programs } from '../discover/facts.ts';
import { ChangeFailure, RollbackFailure } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { ABSENT, hashAt, keptImage } from './backup.ts';
import { undoCommands } from './by-hand.ts';
import type { Change, Undo } from './change.ts';
import type { Progress } from './event.ts';
import { goalOf, withoutOurs } from './goal.ts';
import { beginUndo } from './journal.ts';
import { regenerate } from './regenerate.ts';
import { yielding } from './reserve.ts';
import { goBack, type Undone } from './rollback.ts';
import type { Stand } from './stand.ts';
import type { Store } from './store.ts';
import type { MergedFile } from './undo-edits.ts';
import { requireReplaceable, requireWayBack } from './way-back.ts';

export interface Recovery {
  readonly host: Host;
  readonly store: Store;
  readonly change: Change;
  /** As the host is now, once nothing moves by itself. */
  readonly facts: Facts;
  /** None where no kernel is asked. */
  readonly programs: Programs;
  readonly stand: Stand;
  /** Looks again. */
  readonly look: () => Promise<Facts>;
  readonly progress: Progress;
}

/** @throws RollbackFailure, HostFailure */
export async function recoverBefore(recovery: Recovery): Promise<Undone> {
  const { host, change, programs, stand, progress } = recovery;
  const store = yielding(recovery.store, change.record.id);
  const merged = await mergingOf(recovery);
  refuseEdited(recovery, merged);
  const undo = await requireUndo(recovery, merged);
  await beginUndo(store, change, undo);
  const outcome = await goBack({
    host,
    store,
    record: change.record,
    programs,
    progress,
    seen: recovery.facts,
    left: change.left,
    why: 'it was cut off',
    ...(undo.goal === null ? {} : { goal: undo.goal }),
    leave: undo.leave,
    merged,
    tendsDaemon: !stand.isBooted,
  });
  if (undo.leave.length > 0) await regenerate(host, await recovery.look());
  return outcome;
}

/**
 * To exactly before, from where a change can be made once more: what a killed load or copy left half
 * done is nothing to build upon. @throws RollbackFailure, HostFailure, ChangeFailure
 */
export async function startOver(recovery: Recovery, why: string): Promise<void> {
  const { host, change, programs, facts: seen, progress } = recovery;
  const { record } = change;
  const store = yielding(recovery.store, record.id);
  const { leave } = await requireUndo(recovery);
  const way = { host, store, record, programs, seen, progress, why, leave };
  const { untold } = await goBack({ ...way, leavesAs: 'prepared' });
  if (untold === undefined) return;
  const outcome = { changeId: record.id, rolledBack: true };
  throw new ChangeFailure(`cannot go forward with change ${record.id}`, untold, outcome);
}

/**
 * Where going back leads, if it can be gone to the end.
 * @param merged files in which others' edits stay
 * @throws HostFailure if it cannot; nothing was changed
 */
async function requireUndo(
  recovery: Recovery,
  merged: ReadonlyMap<AbsolutePath, unknown> = new Map(),
): Promise<Undo> {
  const { host, store, facts, change } = recovery;
  const undo = undoOf(recovery);
  const apart = [...undo.leave, ...merged.keys()];
  const anew = await requireWayBack(host, store, change.record, apart);
  const leave = [...undo.leave, ...anew];
  await requireReplaceable(host, facts, change.record, leave);
  return { ...undo, leave };
}

/** Where going back leads: an undo that was begun in this boot goes on to its own end. */
export function undoOf({ facts, change, stand }: Recovery): Undo {
  const { bootId } = facts.machine;
  const begun = change.undo?.bootId === bootId ? change.undo : undefined;
  return {
    bootId,
    goal: stand.strangers.length > 0 ? beside(facts, change) : begunOr(begun, facts, change),
    leave: begun?.leave ?? stand.rewritten,
    ...(change.undo?.merged && { merged: change.undo.merged }),
  };
}

function begunOr(begun: Undo | undefined, facts: Facts, change: Change): readonly string[] | null {
  return begun ? begun.goal : (goalOf(facts, change) ?? null);
}

/** What others brought stays; what a load lost has to be there again. */
function beside({ running, world }: Facts, { record }: Change): readonly string[] | null {
  if (running.kind === 'unknown') return null;
  const rest = withoutOurs(running.lines, record, world);
  const lost = record.kernel?.listing.filter((line) => !rest.includes(line)) ?? [];
  return [...rest, ...lost];
}

/** What the undo that was cut off was making of files that others had edited, if they are still so. */
export async function mergingOf({
  host,
  store,
  change,
}: Recovery): Promise<ReadonlyMap<AbsolutePath, MergedFile>> {
  const merged = new Map<AbsolutePath, MergedFile>();
  for (const { path, was, after } of change.undo?.merged ?? []) {
    const now = await hashAt(host, path);
    if (now !== was && now !== (after?.sha256 ?? ABSENT)) continue;
    const image = after && (await keptImage(store, change.record.id, path, after));
    merged.set(path, { was, after: image });
  }
  return merged;
}

/**
 * Somebody has edited since what was cut off: their work is not overwritten.
 * @param merged files in which their edits stay
 * @throws RollbackFailure
 */
export function refuseEdited(
  { change, stand }: Recovery,
  merged: ReadonlyMap<AbsolutePath, unknown> = new Map(),
): void {
  const edited = stand.edited.find((path) => !merged.has(path));
  if (edited === undefined) return;
  throw new RollbackFailure(
    `change ${change.record.id} was cut off, and '${edited}' was edited since: nothing was overwritten`,
    change.record.id,
    undoCommands(change.record, change.backup),
  );
}
