/**
 * The last word on a change. Once it stands in the journal it counts, though the disk may not have
 * promised to keep it: a crash then brings back the word before it, which leads to the same end.
 */

import { HostFailure } from '../errors.ts';
import type { JournalEntry } from './change.ts';
import { appendEntry, readChange } from './journal.ts';
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
