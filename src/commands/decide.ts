/** A change that waits to be confirmed is kept or undone: by whoever comes first, under the lock. */

import type { Change } from '../apply/change.ts';
import { appendEntry, readChange } from '../apply/journal.ts';
import { yielding } from '../apply/reserve.ts';
import { isOverdue, isWaiting, type Waiting } from '../apply/waiting.ts';
import { disarmWatcher } from '../apply/watcher.ts';
import { ChangeFailure, Failure, LockedFailure } from '../errors.ts';
import { shellLine } from '../shell.ts';
import type { Context } from './context.ts';
import { undo } from './rollback.ts';
import { standingOf } from './standing.ts';
import { tellOnlookers } from './tell-onlookers.ts';
import { takesNothing, type Attempts } from './untiring.ts';

const AGAIN_MS = 1000;

/** Why a change went back, as the history tells. */
const NOT_CONFIRMED = 'not confirmed';

/**
 * Keeps the change if its time is not over, else undoes it; what was decided already stays.
 * @returns the change as it is then
 * @throws LockedFailure, and what an undo throws
 */
export async function decide(
  context: Context,
  id: string,
  wish: 'keep' | 'undo',
  patienceMs?: number,
): Promise<Change | undefined> {
  const { store, host } = context;
  return whenFree(context, patienceMs, async () => {
    const change = await readChange(store, id);
    if (!change || !isWaiting(change)) return change;
    if (wish === 'keep' && !isOverdue(change, host.clock.now())) {
      await keep(context, change);
      return readChange(store, id);
    }
    await revert(context, change);
    // Undone it is, also where the journal could not be told.
    return { ...((await readChange(store, id)) ?? change), state: 'rolledBack' };
  });
}

async function keep(context: Context, { record, deadline }: Waiting): Promise<void> {
  const { host, did } = context;
  const store = yielding(context.store, record.id);
  await appendEntry(store, record.id, { state: 'kept', note: 'confirmed' });
  did(`change ${record.id}`, standingOf({ state: 'kept' }));
  if (deadline.watcher === 'timer') await disarmWatcher(host, record.id);
  await tellOnlookers(context, record, 'kept');
}

/**
 * Undoes a change that nobody confirmed, and says nothing of it but its steps. The lock is held. Where
 * it cannot even begin, the journal says why, and the change goes on waiting.
 * @param attempts of a watcher that goes on trying where the journal cannot be written
 * @throws ChangeFailure if it cannot begin, RollbackFailure
 */
export async function revert(context: Context, change: Change, attempts?: Attempts): Promise<void> {
  const { store, self } = context;
  const { id } = change.record;
  try {
    const earlier = attempts?.earlier;
    await undoSilently(context, change, earlier ? `${NOT_CONFIRMED}; ${earlier}` : NOT_CONFIRMED);
  } catch (cause) {
    const isBegun = (await readChange(store, id).catch(() => change))?.state !== change.state;
    if (isBegun || !(cause instanceof Failure)) throw cause;
    const { state, deadline } = change;
    const later = attempts && takesNothing(cause) ? `; ${attempts.outlook}` : '';
    const note = `could not be undone: ${cause.message}${later}`;
    // A watcher that tries again and again says the same but once.
    if (note !== change.note)
      await appendEntry(store, id, { state, note, ...(deadline && { deadline }) }).catch(
        () => undefined,
      );
    throw new ChangeFailure(
      `change ${id} was not confirmed, and ${note}`,
      `${cause.advice}\nthen undo it: ${shellLine([...self, 'rollback', id])}`,
      { changeId: id, rolledBack: false },
      cause,
    );
  }
}

async function undoSilently(context: Context, change: Change, reason: string): Promise<void> {
  const { options, terminal } = context;
  const silent: Context = {
    ...context,
    options: { ...options, yes: true, format: 'text', output: undefined, evidence: undefined },
    terminal: { ...terminal, say: () => undefined, page: async () => undefined },
  };
  await undo(silent, change, reason);
}

/** Under the lock, as soon as it is free: a moment later another run may have ended. */
export async function whenFree<T>(
  { store, host, terminal }: Context,
  patienceMs: number = Infinity,
  task: () => Promise<T>,
): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += AGAIN_MS) {
    try {
      return await store.host.exclusively(store.lock, task);
    } catch (cause) {
      if (!(cause instanceof LockedFailure) || waitedMs >= patienceMs) throw cause;
      if (waitedMs === 0) terminal.note(`${cause.message}: waiting for its end`);
      await host.clock.pause(AGAIN_MS);
    }
  }
}
