/** Steps of a change: each is announced, timed, and told with what it did. */

import { Interrupted } from '../errors.ts';
import type { Clock } from '../host/host.ts';
import type { Progress } from './change.ts';

export type Step = (title: string, task: () => Promise<string>) => Promise<void>;

/** @param signal stops before the next step; the running one is let finish */
export function stepper(clock: Clock, progress: Progress, signal?: AbortSignal): Step {
  return async (title, task) => {
    throwIfStopped(signal);
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
    throwIfStopped(signal);
  };
}

function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw signal.reason instanceof Error ? signal.reason : new Interrupted('SIGINT');
}
