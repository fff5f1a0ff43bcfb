/** Was kept after a boot what a change promised before it? The judge's own findings say so. */

import type { Finding } from '../evaluate/finding.ts';
import type { Promised } from '../plan/plan.ts';

/** A control that does not stand as it was promised. */
export interface BrokenPromise {
  readonly control: string;
  readonly promised: Finding['verdict'];
  readonly now: Finding['verdict'];
  readonly reason: string;
}

/** What a boot made of the promises of a change. */
export interface Aftermath {
  readonly kept: readonly string[];
  readonly broken: readonly BrokenPromise[];
}

/**
 * What waited for the reboot has to pass now. A control that is not judged in this run, and one
 * whose place is gone, is neither kept nor broken.
 */
export function compareAfterBoot(
  promises: readonly Promised[],
  findings: readonly Finding[],
): Aftermath {
  const kept: string[] = [];
  const broken: BrokenPromise[] = [];
  for (const { control, verdict } of promises) {
    const finding = findings.find(({ section }) => section.number === control);
    if (finding === undefined || finding.verdict === 'notApplicable') continue;
    const promised = verdict === 'pending' ? 'pass' : verdict;
    if (finding.verdict === 'pass' || finding.verdict === promised) kept.push(control);
    else broken.push({ control, promised, now: finding.verdict, reason: finding.reason });
  }
  return { kept, broken };
}
