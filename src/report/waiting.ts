/** A change that waits to be confirmed, in words: until when, and what keeps it. */

import type { Waiting } from '../apply/waiting.ts';
import { shellLine } from '../shell.ts';
import { printable } from '../text.ts';

/** `2026-11-24 18:05:07 +01:00 (17:05:07 UTC)`: the clock of the wall, and the one of the journal. */
export function moment(iso: string): string {
  const time = new Date(iso);
  // A journal may say anything.
  if (Number.isNaN(+time)) return printable(iso);
  const offsetMin = -time.getTimezoneOffset();
  const [day, clock] = stamp(time);
  if (offsetMin === 0) return `${day} ${clock} UTC`;
  const [localDay, localClock] = stamp(new Date(time.getTime() + offsetMin * 60_000));
  const ahead = Math.abs(offsetMin);
  const zone = [Math.floor(ahead / 60), ahead % 60].map((part) => String(part).padStart(2, '0'));
  return `${localDay} ${localClock} ${offsetMin < 0 ? '-' : '+'}${zone.join(':')} (${clock} UTC)`;
}

/** What is left until then: `118 s`, `12 min 5 s`, `3 h 20 min`. */
export function timeLeft(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds <= 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes <= 120) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Day and time of day, in UTC. */
function stamp(time: Date): readonly [day: string, clock: string] {
  const text = time.toISOString();
  return [text.slice(0, 10), text.slice(11, 19)];
}

/**
 * One sentence for whoever looks at the host meanwhile.
 * @param self how this run's commands are begun
 */
export function waitingNote(
  { record, deadline, note, since }: Waiting,
  self: readonly string[],
  isOverdue: boolean,
): string {
  const [confirm, rollback] = ['confirm', 'rollback'].map((name) =>
    shellLine([...self, name, record.id]),
  );
  // A note tells of an undo that was tried.
  const missed = note === undefined ? 'nothing has undone it' : `${note} (${moment(since)})`;
  return isOverdue || note !== undefined
    ? printable(
        `change ${record.id} was not confirmed by ${moment(deadline.at)}, and ${missed}: '${rollback}' does`,
      )
    : `change ${record.id} waits to be confirmed until ${moment(deadline.at)}, then it is undone: '${confirm}' keeps it, '${rollback}' undoes it now`;
}
