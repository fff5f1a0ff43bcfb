/** When a change of ours took `never,task` out of the kernel that runs now, as the journal tells. */

import type { Change } from './change.ts';

/** UTC, ISO 8601; undefined if no change did, or it was undone. The latest counts. */
export function unsilencedAt(changes: readonly Change[], bootId: string): string | undefined {
  return changes
    .filter(
      ({ record, state }) =>
        (state === 'kept' || state === 'activated') &&
        record.kernel?.bootId === bootId &&
        record.removed.some(({ list }) => list === 'task'),
    )
    .flatMap(({ activatedAt }) => activatedAt ?? [])
    .toSorted()
    .at(-1);
}
