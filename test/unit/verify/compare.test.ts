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
    [
      'lost what was to stay',
      [SITE, GROUP],
      [SITE, OURS],
      [OURS, GROUP],
      `stay is gone: '${SITE}'`,
    ],
    ['turned what was to stay', [SITE, GROUP, OURS], [SITE, GROUP], [GROUP, SITE], 'their order'],
    ['lost more than the plan showed', [SITE], [GROUP, OURS], [OURS], '1 rules where 2'],
  ])('%s', (_, before, after, now, broken) => {
    const said = compareTable(promising(before, after), now, 'whole');
    expect(said === undefined).toBe(broken === undefined);
    expect(said ?? '').toContain(broken ?? '');
  });

  it('lacks the live rules until they are added, and has to hold them then', () => {
    const liveOnly = { commands: [], controls: ['1.2.7'], reason: '', tableBefore: [SITE] };
    const promised = { ...promising([SITE], [SITE, OURS]), liveOnly };
    expect(compareTable(promised, [SITE], 'loaded')).toBeUndefined();
    expect(compareTable(promised, [SITE], 'whole')).toContain('a promised rule is not there');
    expect(compareTable(promised, [SITE, OURS], 'loaded')).toContain('nobody promised');
    expect(compareTable(promised, [SITE, OURS], 'whole')).toBeUndefined();
  });

  it('loses what silenced, and nothing that only lists alike', () => {
    const rule = { list: 'exit', action: 'never', syscalls: 'all', fields: [], keys: [] } as const;
    const unsilenced = [{ controls: ['1.2.3'], rule, text: OURS, index: 1 }];
    const promised = { ...promising([OURS, SITE, OURS], [SITE, OURS]), unsilenced };
    expect(compareTable(promised, [SITE, OURS], 'whole')).toBeUndefined();
    expect(compareTable(promised, [OURS, SITE], 'whole')).toContain('order');
    expect(compareTable(promised, [OURS, SITE, OURS], 'whole')).toContain('nobody promised');
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

  it.each([
    ['pass', true],
    ['fail', false],
  ] as const)("promised to pass by the book's command, which says %s: %s", (verdict, isKept) => {
    const promises = [{ control: number, verdict: 'pass', procedure: 'pass' }] as const;
    const procedure = { command: '', output: '', exit: 0, verdict };
    const told = compareVerdicts({ ...plan, promises }, [{ ...passing, procedure }]);
    expect(told === undefined).toBe(isKept);
  });

  it('say which control was not judged again', () => {
    const other = failing.section.number === number ? [] : [failing];
    expect(compareVerdicts(promise('pass'), other)).toContain(number);
  });
});
