/** Newer changes that an undo of an older one leaves standing, and that it may touch. Pure. */

import type { Change } from './change.ts';

/** Kept ones that wrote to a file of `change`, or are about a control of it; the newest first. */
export function dependentsOf(change: Change, changes: readonly Change[]): readonly Change[] {
  const { record } = change;
  return changes.filter(
    (one) =>
      (one.state === 'kept' || one.state === 'unconfirmed') &&
      one.record.id !== record.id &&
      one.record.time > record.time &&
      (one.record.edited.some((path) => record.edited.includes(path)) ||
        one.record.controls.some((control) => record.controls.includes(control))),
  );
}
