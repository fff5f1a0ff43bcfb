/**
 * Finds the events of a proof in the log: auditd writes when it pleases (`flush` of auditd.conf(5)),
 * so the log is read again in steps that get longer, and are bounded.
 */

import type { AuditEvent } from '../audit/records.ts';
import type { HostReader } from '../host/host.ts';
import type { ReadLog } from './log-end.ts';
import { eventOf, type Maker } from './match-event.ts';
import type { Attempt } from './proof.ts';

/** In all four seconds: an idle auditd takes some 30 ms, a busy one a second. */
const STEPS_MS = [40, 80, 160, 320, 640, 1280, 1480];

/** Records and files are dated by a clock that lags behind ours by up to a tick. */
const LAG_MS = 1000;

export type Found = ReadonlyMap<Attempt, AuditEvent>;

/** The events of `attempts`; those that are not there after all steps are left out. @throws HostFailure */
export async function search(
  { clock }: Pick<HostReader, 'clock'>,
  read: ReadLog,
  attempts: readonly Attempt[],
  maker: Maker,
  signal?: AbortSignal,
): Promise<Found> {
  const found = new Map<Attempt, AuditEvent>();
  const [first] = attempts.map(({ from }) => from).toSorted();
  if (first === undefined) return found;
  for (const stepMs of STEPS_MS) {
    await clock.pause(stepMs);
    signal?.throwIfAborted();
    const events = await read(new Date(Date.parse(first) - LAG_MS));
    for (const attempt of attempts) {
      const event = eventOf(events, attempt, maker);
      if (event !== undefined) found.set(attempt, event);
    }
    if (found.size === attempts.length) break;
  }
  return found;
}
