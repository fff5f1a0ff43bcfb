/** The change that waits to be confirmed: there is one at most, since nothing else begins meanwhile. */

import type { Change } from './change.ts';

/** Until when a person has to confirm a change, and what undoes it otherwise. */
export interface Deadline {
  /** UTC, ISO 8601. */
  readonly at: string;
  /** A timer of systemd, or a process of ours. */
  readonly watcher: 'timer' | 'process';
}

/** A change that goes back unless a person confirms it. */
export interface Waiting extends Change {
  readonly deadline: Deadline;
}

/** Whether the change is unconfirmed, and so has a deadline. */
export function isWaiting(change: Change): change is Waiting {
  return change.state === 'unconfirmed' && change.deadline !== undefined;
}

/** Whether its time is over, by the clock of the host; what should have undone it did not, then. */
export function isOverdue({ deadline }: Waiting, now: Date): boolean {
  return now.getTime() >= Date.parse(deadline.at);
}
