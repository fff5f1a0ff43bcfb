/** Which event of a log is the one that we made: by process, inode and time. Source: docs/proof.md. */

import type { AuditEvent } from '../audit/records.ts';
import type { Attempt } from './proof.ts';

/** The kernel dates records by a clock that lags by up to a tick. Source: audit_log_start, Linux 6.18. */
const TICK_MS = 20;

/** What an event of ours says of itself. */
export type Maker = 'itself' | 'child';

/** The event of `attempt`, made by its process, or by a child of it that did the same. */
export function eventOf(
  events: readonly AuditEvent[],
  attempt: Attempt,
  maker: Maker,
): AuditEvent | undefined {
  const name = maker === 'itself' ? 'pid' : 'ppid';
  const from = Date.parse(attempt.from) - TICK_MS;
  const until = Date.parse(attempt.until) + TICK_MS;
  return events.find(({ time, records }) => {
    const call = records.find(({ type }) => type === 'SYSCALL');
    return (
      time.getTime() >= from &&
      time.getTime() <= until &&
      call?.fields.get(name) === String(attempt.pid) &&
      isAbout(records, attempt)
    );
  });
}

/** An `exclude` rule may keep PATH records out: then process, time and key have to do. */
function isAbout(records: AuditEvent['records'], { inode }: Attempt): boolean {
  const paths = records.filter(({ type }) => type === 'PATH');
  return paths.length === 0 || paths.some(({ fields }) => fields.get('inode') === inode);
}
