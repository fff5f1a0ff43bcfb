/**
 * The last word on a change. Once it stands in the journal it counts, though the disk may not have
 * promised to keep it: a crash then brings back the word before it, which leads to the same end.
 */

import { HostFailure } from '../errors.ts';
import type { ChangeRecord, JournalEntry } from './change.ts';
import { appendEntry, readChange, requireJournal } from './journal.ts';
import { release } from './reserve.ts';
import type { Store } from './store.ts';

/** @throws HostFailure if the journal does not say so */
export async function sayLast(
  store: Store,
  id: string,
  entry: Omit<JournalEntry, 'time'>,
): Promise<void> {
  try {
    await appendEntry(store, id, entry);
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
    // To go back now, and fail half-way, would leave what the journal calls kept.
    const said = await readChange(store, id).catch(() => undefined);
    if (said?.state !== entry.state) throw cause;
  }
}

/**
 * That an undo is done. It is, whether or not the journal can be told: what is untold is found again
 * by the next run, which then has nothing to bring back.
 * @returns why it could not be told, in words for a person
 */
export async function sayUndone(
  store: Store,
  record: ChangeRecord,
  entry: Omit<JournalEntry, 'time'>,
): Promise<string | undefined> {
  try {
    await requireJournal(store, record);
    await sayLast(store, record.id, entry);
    if (entry.state === 'rolledBack') await release(store, record.id);
    return undefined;
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
    return `all is as before, but the journal could not be told: ${cause.message}; 'dockaudit recover' tells it`;
  }
}
