/** Signals: they end the run at once, but for tasks that end in their own way. Of the door, main.ts. */

import { Interrupted } from './errors.ts';

export interface Signals {
  readonly shielded: <T>(task: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Never fulfilled; rejected with Interrupted. */
  readonly ended: Promise<never>;
  dispose(): void;
}

/** Listens until disposed. A signal within a shield only tells the task; the undo of a change is its way. */
export function listen(): Signals {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => undefined);
  let shield: AbortController | undefined;
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((name) => {
    const handler = (): void =>
      shield ? shield.abort(new Interrupted(name)) : reject(new Interrupted(name));
    process.on(name, handler);
    return [name, handler] as const;
  });
  return {
    ended,
    shielded: async (task) => {
      const outer = shield;
      const own = new AbortController();
      shield = own;
      try {
        return await task(own.signal);
      } finally {
        shield = outer;
      }
    },
    dispose: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
