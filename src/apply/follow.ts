/** A change as its journal tells it, asked for again and again: read anew only once it was written. */

import type { Change } from './change.ts';
import { journalOf, readChange } from './journal.ts';
import type { Store } from './store.ts';

/** Each call gives the change of now; undefined if it is gone. @throws HostFailure */
export function follow(store: Store, id: string): () => Promise<Change | undefined> {
  let seen: string | undefined;
  let change: Change | undefined;
  return async () => {
    const entry = await store.host.look(journalOf(store, id));
    const mark = entry && `${entry.inode} ${entry.size} ${entry.mtime.getTime()}`;
    if (mark === undefined) return undefined;
    if (mark !== seen) change = await readChange(store, id);
    seen = mark;
    return change;
  };
}
