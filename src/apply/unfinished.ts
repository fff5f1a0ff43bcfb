/** Which changes were cut off, and have to be ended before another begins. */

import type { Change, ChangeState } from './change.ts';

/** A change in these states is neither kept nor undone, and has to be ended first. */
const UNFINISHED: readonly ChangeState[] = [
  'prepared',
  'written',
  'activated',
  'undoing',
  'needsPerson',
];

/** Whether it was cut off, or could be undone only in part. */
export function isUnfinished({ state }: Change): boolean {
  return UNFINISHED.includes(state);
}
