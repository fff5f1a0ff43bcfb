/** What a plan does not mend: a control that stays as it is, or all of them. */

import type { Facts } from '../discover/facts.ts';
import { isBetterVerdict, type Finding } from '../evaluate/finding.ts';
import { warnings } from './blockers.ts';
import type { Blocker, LeftOut, Plan } from './plan.ts';

/** Whether the control would stand better by its verdict, or by one more of its two ledgers. */
export function isBetter(then: Finding, now: Finding): boolean {
  if (isBetterVerdict(then.verdict, now.verdict)) return true;
  return ledgersCovered(then) > ledgersCovered(now);
}

function ledgersCovered({ running, persistent }: Finding): number {
  return [running, persistent].filter(({ kind }) => kind === 'covered').length;
}

/** @param notes why no line was written for it, if that is known */
export function leftOutOf(finding: Finding, then: Finding, notes: readonly string[]): LeftOut {
  return {
    control: finding.section.number,
    reason: notes.length > 0 ? notes.join('; ') : then.reason,
    mend:
      then.mend ??
      finding.mend ??
      `'dockaudit explain ${finding.section.number}' shows the lines that decide`,
  };
}

/** A plan that changes nothing. */
export function blockedPlan(blockers: readonly Blocker[], facts: Facts, inputs: string): Plan {
  const reason = 'the plan is blocked';
  return {
    edits: [],
    watches: [],
    preview: [],
    activation: { kind: 'none', reason },
    daemon: { kind: 'leave', reason },
    liveOnly: undefined,
    unsilenced: [],
    withdrawn: [],
    promises: [],
    leftOut: [],
    blockers,
    added: [],
    removed: [],
    touches: [],
    witnesses: [],
    notes: warnings(facts),
    inputs,
  };
}
