/** Until when a change waits: by the clock of the wall and by UTC, and how long that is. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { moment, timeLeft } from '../../../src/report/waiting.ts';

afterEach(() => vi.unstubAllEnvs());

describe('a moment', () => {
  it.each([
    ['UTC', '2026-11-24T17:05:07.400Z', '2026-11-24 17:05:07 UTC'],
    ['Europe/Berlin', '2026-11-24T17:05:07.400Z', '2026-11-24 18:05:07 +01:00 (17:05:07 UTC)'],
    ['Europe/Berlin', '2026-07-24T23:05:07Z', '2026-07-25 01:05:07 +02:00 (23:05:07 UTC)'],
    ['Asia/Kolkata', '2026-11-24T17:05:07Z', '2026-11-24 22:35:07 +05:30 (17:05:07 UTC)'],
    ['America/St_Johns', '2026-11-24T01:05:07Z', '2026-11-23 21:35:07 -03:30 (01:05:07 UTC)'],
  ])('in %s: %s', (zone, iso, text) => {
    vi.stubEnv('TZ', zone);
    expect(moment(iso)).toBe(text);
  });
});

describe('what is left', () => {
  it.each([
    [1, '1 s'],
    [118_000, '118 s'],
    [119_001, '120 s'],
    [121_000, '2 min 1 s'],
    [725_000, '12 min 5 s'],
    [12_000_000, '3 h 20 min'],
    [86_400_000, '24 h 0 min'],
  ])('%i ms: %s', (ms, text) => {
    expect(timeLeft(ms)).toBe(text);
  });
});
