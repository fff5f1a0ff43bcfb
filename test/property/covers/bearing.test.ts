/** What the judge says of a place is what it says where only rules that bear upon it are read. */

import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { bearingUpon } from '../../../src/audit/bearing.ts';
import { covers } from '../../../src/audit/covers.ts';
import { parseLine } from '../../../src/audit/parse.ts';
import { indexRules } from '../../../src/audit/rule-index.ts';
import type { Statement } from '../../../src/audit/rule.ts';
import type { World } from '../../../src/audit/world.ts';
import { absolutePath } from '../../../src/paths.ts';

const place = absolutePath('/usr/bin/dockerd');
const world: World = {
  paths: new Map([[place, { kind: 'file', place, device: '1', mount: absolutePath('/') }]]),
  users: new Map(),
  groups: new Map(),
  machine: 'x86_64',
  version: [3, 0, 9],
};

/** Halves that together leave nothing out, among others that do. */
const condition = fc.constantFrom(
  ...'auid>=1000 auid<1000 auid!=unset auid=unset auid=5 auid>4 auid<=4'.split(' '),
  ...'uid=0 uid!=0 success=1 success=0 exe=/a exe!=/a gid=5 gid!=5'.split(' '),
);
const line = fc
  .record({
    action: fc.constantFrom('always', 'always', 'always', 'never'),
    calls: fc.constantFrom('', '', ' -S open', ' -S chmod,openat', ' -S adjtimex'),
    where: fc.constantFrom('', '', ` -F path=${place}`, ` -F path=${place} -F perm=wa`),
    conditions: fc.subarray(['', '']).chain((some) => fc.tuple(...some.map(() => condition))),
  })
  .map(
    ({ action, calls, where, conditions }) =>
      `-a ${action},exit${calls}${where}${conditions.map((one) => ` -F ${one}`).join('')}`,
  );

function judged(table: readonly Statement[]) {
  return covers({ place, permissions: ['r', 'w', 'x', 'a'] }, indexRules(table, world)).kind;
}

it('covered stays covered, and nothing else becomes it', () => {
  let covered = 0;
  let passedOver = 0;
  fc.assert(
    fc.property(fc.array(line, { maxLength: 7, size: 'max' }), (lines) => {
      const table = lines.map((text, at) => parseLine(text, { kind: 'kernel', index: at + 1 }));
      const rules = table.flatMap((one) => (one.kind === 'rule' ? [one.rule] : []));
      const bears = bearingUpon([{ path: place, recursive: false }], world, () => rules);
      const bearing = table.filter((one) => one.kind !== 'rule' || bears(one.rule));
      const kind = judged(table);
      expect(judged(bearing) === 'covered').toBe(kind === 'covered');
      if (kind === 'covered') covered++;
      passedOver += table.length - bearing.length;
    }),
    { numRuns: 1000 },
  );
  expect(covered).toBeGreaterThan(50);
  expect(passedOver).toBeGreaterThan(300);
});
