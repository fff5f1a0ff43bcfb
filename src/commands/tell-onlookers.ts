/** etckeeper is told of a change that was made by an earlier run, and comes to its end by this one. */

import type { ChangeRecord } from '../apply/change.ts';
import { tellEtckeeperLate } from '../apply/etckeeper.ts';
import { findOnlookers } from '../discover/onlookers.ts';
import { HostFailure } from '../errors.ts';
import type { Context } from './context.ts';

/** Whatever comes of it, the change stays as it is: a person is told, and that is all. */
export async function tellOnlookers(
  { host, live, terminal }: Context,
  record: ChangeRecord,
  state: 'kept' | 'rolledBack',
): Promise<void> {
  if (!live) return;
  try {
    const note = await tellEtckeeperLate(host, await findOnlookers(host), record, state);
    if (note !== undefined) terminal.note(note);
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
    terminal.note(`etckeeper was not told: ${cause.message}`);
  }
}
