/** How a change stands, for {@link Context.did}. */

import type { Change } from '../apply/change.ts';
import { moment } from '../report/waiting.ts';
import { STATES } from '../report/words.ts';

/** `is kept`, `waits to be confirmed until …`. */
export function standingOf({ state, deadline }: Pick<Change, 'state' | 'deadline'>): string {
  return state === 'unconfirmed' && deadline
    ? `waits to be confirmed until ${moment(deadline.at)}`
    : `is ${STATES[state]}`;
}
