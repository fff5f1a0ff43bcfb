/** Which exit status the verdicts call for: the worst wins. Source: docs/cli.md, exit statuses. */

import type { Kernel } from '../discover/facts.ts';
import { ExitStatus } from '../errors.ts';
import type { Finding, Verdict } from '../evaluate/finding.ts';
import { passesByMeaningOnly } from './procedure.ts';

export type FailOn = 'fail' | 'partial' | 'notApplicable';

export interface ExitOptions {
  /** The mildest verdict that counts as not compliant; `partial` if not given. */
  readonly failOn?: FailOn;
  /** Verdicts and waiting changes never count; what could not be done still does. */
  readonly exitZero?: boolean;
  /** `--procedure`: what passes by meaning has to pass by the book's own command, too. */
  readonly procedure?: boolean;
  /** Edits wait: a dry run, a refused prompt, no terminal and no `--yes`. */
  readonly waiting?: boolean;
  /** The plan is blocked. */
  readonly blocked?: boolean;
  /** An event that was to be recorded was not. */
  readonly unrecorded?: boolean;
}

const COUNTS: Readonly<Record<FailOn, readonly Verdict[]>> = {
  fail: ['fail'],
  partial: ['fail', 'partial'],
  notApplicable: ['fail', 'partial', 'notApplicable'],
};

/** What a kernel that cannot be asked means for the whole run. */
const UNREADABLE = {
  privilege: 77,
  container: 78,
  noAudit: 78,
  noAuditctl: ExitStatus.failed,
  unclear: ExitStatus.failed,
} as const;

/** The exit status of a run that ended without a failure; rolled-back changes throw before. */
export function exitStatus(
  findings: readonly Finding[],
  options: ExitOptions,
  facts: { readonly kernel: Kernel },
): number {
  const verdicts = findings.map(({ verdict }) => verdict);
  if (verdicts.includes('error')) {
    const { kernel } = facts;
    return kernel.kind === 'unreachable' ? UNREADABLE[kernel.cause] : ExitStatus.failed;
  }
  if (options.blocked === true) return ExitStatus.failed;
  if (options.exitZero === true) return ExitStatus.ok;
  const counting = COUNTS[options.failOn ?? 'partial'];
  const isShort = options.procedure === true && findings.some(passesByMeaningOnly);
  const isOpen = options.waiting === true || options.unrecorded === true || isShort;
  if (isOpen || verdicts.some((verdict) => counting.includes(verdict))) {
    return ExitStatus.findings;
  }
  return verdicts.includes('pending') ? ExitStatus.pending : ExitStatus.ok;
}
