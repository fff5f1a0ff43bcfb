/** Was the promise kept? Each way of breaking it is told in one sentence. */

import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/plan/plan.ts';
import { compareTable, compareVerdicts } from '../../../src/verify/compare.ts';
import { failing, passing, plan } from '../report/situations.ts';

const SITE = '-w /etc/hostname -p wa -k site';
const GROUP = '-w /etc/group -p wa -k site';
const OURS = '-w /usr/bin/dockerd -p rwxa -k docker';

function promising(before: readonly string[], after: readonly string[]): Plan {
  return { ...plan, preview: [{ kind: 'table', before, after }] };
}

describe('the table', () => {
  it.each<
    [
      situation: string,
      before: string[],
      after: string[],
      now: string[],
      broken: string | undefined,
    ]
  >([
    ['is as promised', [SITE], [SITE, OURS], [SITE, OURS], undefined],
    ['holds ours in another place', [SITE], [SITE, OURS], [OURS, SITE], undefined],
    ['lost a rule of others', [SITE, GROUP], [SITE, GROUP, OURS], [SITE, OURS], `'${GROUP}'`],
    ['has another order', [SITE, GROUP], [SITE, GROUP, OURS], [GROUP, SITE, OURS], 'order'],
    ['gained nothing', [SITE], [SITE, OURS], [SITE], 'a promised rule is not there'],
    ['gained more', [SITE], [SITE, OURS], [SITE, OURS, GROUP], 'nobody promised'],
    ['is empty', [SITE], [SITE, OURS], [], `'${SITE}'`],
    ['lost what the plan showed that it would', [SITE], [OURS], [OURS], undefined],
    ['lost more than the plan showed', [SITE], [GROUP, OURS], [OURS], '1 rules where 2'],
  ])('%s', (_, before, after, now, broken) => {
    const said = compareTable(promising(before, after), now, 'whole');
    expect(said === undefined).toBe(broken === undefined);
    expect(said ?? '').toContain(broken ?? '');
  });

  it('is not asked for where no kernel was', () => {
    expect(compareTable({ ...plan, preview: [] }, [OURS], 'whole')).toBeUndefined();
  });
});

const found = (verdict: (typeof passing)['verdict']) => [{ ...passing, verdict }];

describe('the verdicts', () => {
  const number = passing.section.number;
  const promise = (verdict: (typeof passing)['verdict']): Plan => ({
    ...plan,
    promises: [{ control: number, verdict }],
  });

  it.each([
    ['pass', 'pass', true],
    ['pass', 'partial', false],
    ['pass', 'fail', false],
    ['pass', 'error', false],
    ['partial', 'pass', true],
    ['partial', 'partial', true],
    ['partial', 'fail', false],
    ['pending', 'pending', true],
    ['pending', 'pass', true],
    ['pending', 'fail', false],
  ] as const)('promised %s, found %s: %s', (promised, now, isKept) => {
    expect(compareVerdicts(promise(promised), found(now)) === undefined).toBe(isKept);
  });

  it('say which control was not judged again', () => {
    const other = failing.section.number === number ? [] : [failing];
    expect(compareVerdicts(promise('pass'), other)).toContain(number);
  });
});
