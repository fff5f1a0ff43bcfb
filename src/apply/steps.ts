/** Steps of a change: each is announced, timed, and told with what it did. */

import { Interrupted } from '../errors.ts';
import type { Clock } from '../host/host.ts';
import type { Progress } from './event.ts';

export type Step = (title: string, task: () => Promise<string>) => Promise<void>;

/** @param signal stops before the next step; the running one is let finish */
export function stepper(clock: Clock, progress: Progress, signal?: AbortSignal): Step {
  return async (title, task) => {
    await letSignalsIn(clock, signal);
    const startedAt = clock.now().getTime();
    progress({ kind: 'started', step: title });
    const elapsed = (): number => clock.now().getTime() - startedAt;
    try {
      const detail = await task();
      progress({ kind: 'done', step: title, detail, ms: elapsed() });
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      progress({ kind: 'failed', step: title, detail, ms: elapsed() });
      throw error;
    }
    await letSignalsIn(clock, signal);
  };
}

/** A signal is heard when the event loop turns, and the work on files is one long breath. */
async function letSignalsIn(clock: Clock, signal: AbortSignal | undefined): Promise<void> {
  await clock.pause(1);
  throwIfStopped(signal);
}

function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw signal.reason instanceof Error ? signal.reason : new Interrupted('SIGINT');
}
