/** The clock of this machine. */

import type { Clock } from './host.ts';

export const realClock: Clock = {
  now: () => new Date(),
  pause: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
};
