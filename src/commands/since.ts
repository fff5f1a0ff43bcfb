/** `--since TIME`: how far back a log is read, as a span or as a moment. */

import { UsageFailure } from '../errors.ts';

export type Since =
  { readonly kind: 'span'; readonly ms: number } | { readonly kind: 'moment'; readonly time: Date };

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** ISO 8601: a day, or a time of it; where no zone is told, it is the clock on the wall. */
const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/;

/** @throws UsageFailure unless it is a number with its unit, or a time in ISO 8601 */
export function sinceOf(text: string | undefined): Since | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,5})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && Number(count) > 0)
    return { kind: 'span', ms: Number(count) * (UNITS_MS[unit] ?? Number.NaN) };
  const [, day, clock = '00:00', zone = ''] = MOMENT.exec(text) ?? [];
  const time = new Date(`${day}T${clock}${zone}`);
  // 31 February is no day, and Date makes one of March of it.
  if (day !== undefined && !Number.isNaN(time.getTime()) && isDay(day))
    return { kind: 'moment', time };
  throw new UsageFailure(
    `--since cannot be '${text}'`,
    'it takes a time such as 30m, 24h, 7d, 2026-01-20 or 2026-01-20T08:00Z',
  );
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

const DAY_MS = 86_400_000;

/** The moment that is meant. @throws UsageFailure if it is yet to come */
export function momentOf(since: Since | undefined, now: Date): Date {
  if (since?.kind !== 'moment') return new Date(now.getTime() - (since?.ms ?? DAY_MS));
  if (since.time <= now) return since.time;
  throw new UsageFailure(
    `--since ${since.time.toISOString()} is yet to come`,
    `this host's clock says ${now.toISOString()}`,
  );
}
