/** Newer changes that an undo of an older one leaves standing, and that it may touch. Pure. */

import type { Change } from './change.ts';

/**
 * Kept ones that wrote to a file of `change`, or are about a control of it; the newest first.
 * @param changes the newest first
 */
export function dependentsOf(change: Change, changes: readonly Change[]): readonly Change[] {
  const { record } = change;
  const newer = changes.slice(
    0,
    changes.findIndex((one) => one.record.id === record.id),
  );
  return newer.filter(
    (one) =>
      (one.state === 'kept' || one.state === 'unconfirmed') &&
      (one.record.edited.some((path) => record.edited.includes(path)) ||
        one.record.controls.some((control) => record.controls.includes(control))),
  );
}
