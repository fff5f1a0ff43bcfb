/** `dockaudit prove`: whether an event at each place comes into the log. Nothing is changed. */

import { ExitStatus, HostFailure, PrivilegeFailure, UnsupportedFailure } from '../errors.ts';
import type { Facts } from '../discover/facts.ts';
import { describeProven } from '../report/proof.ts';
import type { Report } from '../report/report.ts';
import { shellLine } from '../shell.ts';
import type { Context } from './context.ts';
import { deliver, deliverText, requireOutput } from './deliver.ts';
import { requireEvidence, withEvidence } from './keep-evidence.ts';
import { isUnrecorded, proofsOf } from './proving.ts';
import { survey } from './survey.ts';
import { withUnfinished } from './unfinished.ts';

export async function prove(context: Context): Promise<number> {
  const { run, benchmark, options, terminal } = context;
  await requireOutput(context);
  await requireEvidence(context);
  const quick = options.evidence === undefined;
  const seen = withUnfinished(context, await survey(context, { quick }));
  requireKernel(context, seen.facts);
  const proofs = await terminal.progress((emit) => proofsOf(context, seen, emit));
  const isShort = isUnrecorded(proofs) && !options.exitZero;
  const exitCode = isShort ? ExitStatus.findings : ExitStatus.ok;
  const proven: Report = { run, benchmark, ...seen, proofs, exitCode };
  const report = await withEvidence(context, proven, { before: seen });
  if (options.format === 'json') await deliver(context, report);
  else await deliverText(context, (style) => describeProven(report, style));
  return report.exitCode;
}

/** A kernel that cannot be asked records nothing that could be told. */
function requireKernel({ self }: Context, { kernel }: Facts): void {
  if (kernel.kind === 'reachable') return;
  const [cause, reason] =
    kernel.kind === 'unreachable'
      ? [kernel.cause, kernel.reason]
      : ['unclear' as const, 'the kernel was not asked'];
  const message = `cannot prove anything here: ${reason}`;
  switch (cause) {
    case 'privilege':
      throw new PrivilegeFailure(message, shellLine(['sudo', ...self, 'prove']));
    case 'container':
      throw new UnsupportedFailure(message, 'run dockaudit on the host itself');
    case 'noAudit':
    case 'noAuditctl':
      throw new UnsupportedFailure(message, "'dockaudit' installs or starts it, where that helps");
    case 'unclear':
      throw new HostFailure(message, 'ask it yourself: auditctl -s', 'EPROTO');
    default:
      cause satisfies never;
  }
}
