/** Whole reports as text, made of the parts that the other files draw. */

import type { Failure } from '../errors.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { Style } from '../terminal/terminal.ts';
import { printable } from '../text.ts';
import { describeEvidence } from './evidence.ts';
import { describeFindings } from './findings.ts';
import { describeHost } from './host.ts';
import { judgedLine } from './judged.ts';
import { heading, paint, wrap } from './layout.ts';
import { describeOutcome } from './outcome.ts';
import { describeProofs } from './proof.ts';
import { describePlan } from './proposal.ts';
import { tallyText } from './procedure.ts';
import type { Report } from './report.ts';
import { tally } from './words.ts';

/** How every session begins: what is judged, the host, the verdicts. */
export function describeOpening(
  report: Pick<Report, 'benchmark' | 'facts' | 'findings' | 'boot' | 'demandsProcedure'>,
  style: Style,
): string {
  return [
    judgedLine(report.benchmark, report.findings, style),
    describeHost(report, style),
    describeVerdicts(report, style),
  ].join('\n\n');
}

/** How every session ends: what came of it, if it was changed, its proof, and again what was judged. */
export function describeClosing(report: Report, style: Style): string {
  const outcome = report.change === undefined ? [] : [describeOutcome(report, style)];
  const proof = report.proofs === undefined ? [] : [describeProofs(report.proofs, style)];
  const evidence = report.evidence === undefined ? [] : [describeEvidence(report.evidence, style)];
  const judged = judgedLine(report.benchmark, report.findings, style);
  return [...outcome, ...proof, ...evidence, judged].join('\n\n');
}

/** The report of `rollback`. */
export function describeUndone(report: Report, style: Style): string {
  return `${judgedLine(report.benchmark, report.findings, style)}\n\n${describeClosing(report, style)}`;
}

/** A whole session in one text, for `--output` and wherever nobody is asked. */
export async function describeReport(report: Report, style: Style): Promise<string> {
  const findings = report.before ?? report.findings;
  return [
    describeOpening({ ...report, findings }, style),
    ...(report.plan === undefined || isUnread(findings)
      ? []
      : [await describePlan(report.plan, report.facts, style)]),
    describeClosing(report, style),
  ].join('\n\n');
}

/** Where nothing could be judged, "nothing to change" would not be true. */
function isUnread(findings: readonly Finding[]): boolean {
  return findings.some(({ verdict }) => verdict === 'error');
}

/** What went wrong, and one line of advice that can be pasted. */
export function describeFailure(failure: Failure, style: Style): string {
  const message = wrap(failure.message, style, `${paint(style, 'red', 'dockaudit:')} `, '  ');
  const advice = failure.advice === '' ? [] : failure.advice.split('\n');
  return [message, ...advice.map((line) => `  ${printable(line)}`)].join('\n');
}

function describeVerdicts(
  { findings, demandsProcedure }: Pick<Report, 'findings' | 'demandsProcedure'>,
  style: Style,
): string {
  const count = tally(findings.map(({ verdict }) => verdict));
  const title = heading(`Verdicts: ${count}`, style);
  const byBook = wrap(tallyText(findings, demandsProcedure), style, '  ');
  return `${title}\n${byBook}\n\n${describeFindings(findings, style)}`;
}
