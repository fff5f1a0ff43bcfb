/** Which change a word of the command line names, among those that can be undone. */

import { UNFINISHED, type Change, type ChangeState } from '../apply/change.ts';
import { readChanges } from '../apply/journal.ts';
import { UsageFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Context } from './context.ts';

const UNDOABLE: readonly ChangeState[] = ['kept', 'unconfirmed', ...UNFINISHED];

/** The change that was named, or the latest. @throws UsageFailure if there is none to undo */
export async function pick({ store, root, words }: Context): Promise<Change> {
  const changes = await readChanges(store, root);
  const open = changes.filter(({ state }) => UNDOABLE.includes(state));
  const [id] = words;
  if (id === undefined) {
    const [latest] = open;
    if (latest) return latest;
    throw new UsageFailure('there is no change to undo', "'dockaudit history' lists what was done");
  }
  const found = changes.find(({ record }) => record.id === id);
  if (!found) {
    const like = nearest(
      id,
      changes.map(({ record }) => record.id),
    );
    throw new UsageFailure(
      `there is no change '${id}'`,
      like === undefined ? "'dockaudit history' lists them" : `did you mean ${like}?`,
    );
  }
  if (open.includes(found)) return found;
  throw new UsageFailure(`change ${id} is undone already`, "'dockaudit history' shows when");
}
