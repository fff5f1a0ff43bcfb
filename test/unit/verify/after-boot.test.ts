/** What a boot made of the promises of a change: docs/boot.md. */

import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../src/evaluate/finding.ts';
import { compareAfterBoot } from '../../../src/verify/after-boot.ts';
import { failing } from '../report/situations.ts';

const judged = (verdict: Verdict) => [{ ...failing, verdict, reason: 'so it is' }];
const control = failing.section.number;

describe('a promise', () => {
  it.each<[promised: Verdict, now: Verdict, outcome: 'kept' | 'broken' | 'neither']>([
    ['pass', 'pass', 'kept'],
    ['pending', 'pass', 'kept'],
    ['pending', 'pending', 'broken'],
    ['pending', 'fail', 'broken'],
    ['pass', 'partial', 'broken'],
    ['pass', 'error', 'broken'],
    ['partial', 'partial', 'kept'],
    ['partial', 'pass', 'kept'],
    ['partial', 'fail', 'broken'],
    ['pass', 'notApplicable', 'neither'],
  ])('of %s, and now %s: %s', (promised, now, outcome) => {
    const { kept, broken } = compareAfterBoot([{ control, verdict: promised }], judged(now));
    expect(kept).toEqual(outcome === 'kept' ? [control] : []);
    expect(broken.map((one) => [one.control, one.now, one.reason])).toEqual(
      outcome === 'broken' ? [[control, now, 'so it is']] : [],
    );
  });

  it('of a control that is not judged is neither', () => {
    const aftermath = compareAfterBoot([{ control: '9.9.9', verdict: 'pass' }], judged('fail'));
    expect(aftermath).toEqual({ kept: [], broken: [] });
  });
});
