/** `--confirm-within TIME`: how long a change waits for a person. */

import { UsageFailure } from '../errors.ts';

const UNITS_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
const LEAST_S = 10;
const MOST_S = 24 * 3600;

/** In milliseconds. @throws UsageFailure unless it is a whole number with its unit, within bounds */
export function timeToConfirm(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count, unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS_S[unit] ?? Number.NaN);
  if (seconds >= LEAST_S && seconds <= MOST_S) return seconds * 1000;
  throw new UsageFailure(
    `--confirm-within cannot be '${text}'`,
    'it takes a time from 10s to 24h, such as 120s, 5m or 1h',
  );
}
