/** The judged control. docs/glossary.md says what each verdict means. */

import type { Coverage } from '../audit/coverage.ts';
import type { Origin } from '../audit/rule.ts';
import type { Section } from '../controls/control.ts';
import type { Target } from '../discover/facts.ts';

export type Verdict = 'pass' | 'partial' | 'fail' | 'pending' | 'notApplicable' | 'error';

/** The auditor's word, as XCCDF knows it. */
export type Assessment = 'pass' | 'fail' | 'notapplicable' | 'error';

/** How strictly to judge. */
export interface JudgeOptions {
  /** Ask for the recommended permissions, not only the required ones. */
  readonly strict: boolean;
  /** The key that our rules carry: another one is worth a word, never a rule. */
  readonly key: string;
}

/** What the verdict rests upon. */
export type Basis = 'files' | 'kernel+files';

/** Coverage as far as it is known. */
export type Standing = Coverage | { readonly kind: 'unknown'; readonly reason: string };

/** A rule, or a state, that decided. */
export interface Evidence {
  readonly origin: Origin | { readonly kind: 'state' };
  readonly text: string;
  /** Of a rule in the kernel: the line that brought it, where that is known. */
  readonly source?: Origin;
}

/** The benchmark's own command with its literal answer: text, beside our meaning. */
export interface ProcedureResult {
  readonly command: string;
  readonly output: string;
  readonly exit: number;
  readonly verdict: 'pass' | 'fail' | 'notApplicable';
}

export interface Finding {
  readonly section: Section;
  readonly verdict: Verdict;
  readonly assessment: Assessment;
  readonly basis: Basis;
  /** One sentence. */
  readonly reason: string;
  /** What a person can do about it, where our edits cannot. */
  readonly mend?: string;
  /** Advice that does not touch the verdict. */
  readonly advice: readonly string[];
  readonly targets: readonly Target[];
  readonly running: Standing;
  readonly persistent: Standing;
  readonly procedure: ProcedureResult | undefined;
  /** Where the book's command says otherwise: the cause, in a clause whose subject is the command. */
  readonly dissent?: string;
  readonly evidence: readonly Evidence[];
}

/** From worst to best: a change may only move a finding to the right. */
const ORDER: readonly Verdict[] = ['error', 'fail', 'partial', 'pending', 'notApplicable', 'pass'];

/** Whether `one` is better than `other`. */
export function isBetterVerdict(one: Verdict, other: Verdict): boolean {
  return ORDER.indexOf(one) > ORDER.indexOf(other);
}

/** The auditor's word for each verdict: partial and pending are not met yet. */
export const ASSESSMENT: Readonly<Record<Verdict, Assessment>> = {
  pass: 'pass',
  partial: 'fail',
  fail: 'fail',
  pending: 'fail',
  notApplicable: 'notapplicable',
  error: 'error',
};
