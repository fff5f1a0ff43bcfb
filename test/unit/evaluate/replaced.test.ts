/** Directories that are younger than the rules on them. Source: measured facts §0.2 f, §2. */

import { describe, expect, it } from 'vitest';
import type { Coverage } from '../../../src/audit/coverage.ts';
import { parseLine } from '../../../src/audit/parse.ts';
import type { Origin } from '../../../src/audit/rule.ts';
import type { World } from '../../../src/audit/world.ts';
import { doubted } from '../../../src/evaluate/replaced.ts';
import { absolutePath } from '../../../src/paths.ts';

const BEFORE = '2026-01-20T08:00:00.000Z';
const LOADED = '2026-01-20T12:00:00.000Z';
const AFTER = '2026-01-20T16:00:00.000Z';
const SOURCE: Origin = { kind: 'file', file: absolutePath('/etc/audit/rules.d/a.rules'), line: 1 };

const DIRECTORY = absolutePath('/etc/docker');

function worldOf(bornAt: string): World {
  return {
    paths: new Map([[DIRECTORY, { kind: 'directory', place: DIRECTORY, bornAt }]]),
    users: new Map(),
    groups: new Map(),
    machine: 'x86_64',
    version: [3, 0, 9],
  };
}

function judged(line: string, bornAt: string, more: { readonly source?: Origin } = {}): string {
  const read = parseLine(line, { kind: 'kernel', index: 1 });
  const covered: Coverage = { kind: 'covered', by: [{ ...read, ...more }] };
  return doubted(covered, { world: worldOf(bornAt), loadedAt: LOADED }).kind;
}

describe('what covers through a directory', () => {
  it.each<[situation: string, line: string, bornAt: string, expected: string]>([
    ['that was made after the load is partial', '-w /etc/docker -p wa', AFTER, 'partial'],
    ['by dir=, too', '-a always,exit -F dir=/etc/docker -F perm=wa', AFTER, 'partial'],
    ['that was there at the load stays', '-w /etc/docker -p wa', BEFORE, 'covered'],
    [
      'as an entry stays: that watch is armed again',
      '-a always,exit -F path=/etc/docker -F perm=wa',
      AFTER,
      'covered',
    ],
  ])('%s', (_, line, bornAt, expected) => {
    expect(judged(line, bornAt, { source: SOURCE })).toBe(expected);
  });

  it('stays where the rule was typed: that may have been later', () => {
    expect(judged('-w /etc/docker -p wa', AFTER)).toBe('covered');
  });
});
