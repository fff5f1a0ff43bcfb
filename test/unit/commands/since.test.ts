import { expect, test } from 'vitest';
import { UsageFailure } from '../../../src/errors.ts';
import { momentOf, sinceOf } from '../../../src/commands/since.ts';

const NOW = new Date('2026-11-25T06:00:00Z');

test.each([
  [undefined, '2026-11-24T06:00:00.000Z'],
  ['90s', '2026-11-25T05:58:30.000Z'],
  ['30m', '2026-11-25T05:30:00.000Z'],
  ['24h', '2026-11-24T06:00:00.000Z'],
  ['7d', '2026-11-18T06:00:00.000Z'],
  ['2026-11-20T08:00Z', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20T08:00:01.5+02:00', '2026-11-20T06:00:01.500Z'],
  ['2026-11-20 08:00', new Date('2026-11-20T08:00').toISOString()],
  // A day begins where the person is.
  ['2026-11-20', new Date('2026-11-20T00:00').toISOString()],
])('%s is a time', (text, moment) => {
  expect(momentOf(sinceOf(text), NOW).toISOString()).toBe(moment);
});

test.each([
  '',
  '0h',
  '5',
  'h',
  '1w',
  '-1h',
  'yesterday',
  '2026-02-30',
  '2026-13-01',
  '2026-11-20T25:00',
])("'%s' is none", (text) => {
  expect(() => sinceOf(text)).toThrow(UsageFailure);
});

test('a time that is yet to come is told', () => {
  expect(() => momentOf(sinceOf('2026-11-26'), NOW)).toThrow(/is yet to come/);
});
