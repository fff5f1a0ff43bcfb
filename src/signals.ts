/** Signals: they end the run at once, but for tasks that end in their own way. Of the door, main.ts. */

import { Interrupted, SIGNALS } from './errors.ts';

export interface Signals {
  readonly shielded: <T>(task: (signal: AbortSignal) => Promise<T>) => Promise<T>;
  /** Takes down what was done to the host for good; what is said of a subject later replaces it. */
  readonly did: (subject: string, what: string) => void;
  /** What was done to the host for good so far, such as `change ID is kept`. */
  readonly done: () => readonly string[];
  /** Never fulfilled; rejected with Interrupted. */
  readonly ended: Promise<never>;
  /** `error`; an interruption with what was done for good before it. */
  readonly told: (error: unknown) => unknown;
  dispose(): void;
}

/** What tells of signals: the process. */
export interface SignalSource {
  on(name: (typeof SIGNALS)[number], handler: () => void): unknown;
  off(name: (typeof SIGNALS)[number], handler: () => void): unknown;
}

/** Listens until disposed. A signal within a shield only tells the task; the undo of a change is its way. */
export function listen(source: SignalSource = process): Signals {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => undefined);
  const done = new Map<string, string>();
  const sayDone = (): readonly string[] => [...done].map(([subject, what]) => `${subject} ${what}`);
  let shield: AbortController | undefined;
  const handlers = SIGNALS.map((name) => {
    const handler = (): void =>
      shield ? shield.abort(new Interrupted(name)) : reject(new Interrupted(name));
    source.on(name, handler);
    return [name, handler] as const;
  });
  return {
    ended,
    did: (subject, what) => void done.set(subject, what),
    done: sayDone,
    told: (error) => (error instanceof Interrupted ? error.having(sayDone()) : error),
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
      for (const [name, handler] of handlers) source.off(name, handler);
    },
  };
}
