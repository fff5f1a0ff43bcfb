/** A watcher whose undo cannot begin, because the journal takes no line, tries again: a disk gets room. */

import { Failure, HostFailure } from '../errors.ts';
import type { HostReader } from '../host/host.ts';
import { moment } from '../report/waiting.ts';

const AGAIN_MS = 30_000;
const MOST_MS = 3_600_000;

/** No room on the disk or in the quota, or a file system that an error has made read-only. */
const TAKES_NOTHING = ['ENOSPC', 'EDQUOT', 'EROFS'];

/** What the history tells of the attempts, in words. */
export interface Attempts {
  /** Of those that failed; undefined at the first. */
  readonly earlier: string | undefined;
  /** What follows if this one fails, too. */
  readonly outlook: string;
}

/**
 * Each half a minute, for an hour at most.
 * @param signal after it no further attempt is made
 * @throws what the last attempt threw, or the first that failed for another reason
 */
export async function untiring<T>(
  { host, signal }: { readonly host: HostReader; readonly signal: AbortSignal | undefined },
  attempt: (attempts: Attempts) => Promise<T>,
): Promise<T> {
  const { clock } = host;
  const until = new Date(clock.now().getTime() + MOST_MS).toISOString();
  const outlook = `it is tried again each ${AGAIN_MS / 1000} s until ${moment(until)}`;
  let earlier: string | undefined;
  for (let count = 1; ; count += 1) {
    try {
      return await attempt({ earlier, outlook });
    } catch (cause) {
      if (count * AGAIN_MS > MOST_MS || !takesNothing(cause)) throw cause;
      await clock.pause(AGAIN_MS);
      if (signal?.aborted) throw cause;
      earlier = `it could not be undone before, tried ${count === 1 ? 'once' : `${count} times`}: ${reasonOf(cause)}`;
    }
  }
}

/** Whether an undo could not begin for that reason. */
export function takesNothing(cause: unknown): boolean {
  const [first, why] = cause instanceof Failure ? [cause, cause.cause] : [];
  return [first, why].some((one) => one instanceof HostFailure && TAKES_NOTHING.includes(one.code));
}

function reasonOf(cause: unknown): string {
  const why = cause instanceof Failure ? (cause.cause ?? cause) : cause;
  return why instanceof Error ? why.message : String(why);
}
