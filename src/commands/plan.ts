/** `dockaudit plan`, `--dry-run`: the verdicts and the diffs. It is never given the power to change. */

import { UsageFailure } from '../errors.ts';
import type { HostReader } from '../host/host.ts';
import { isEmpty, type Plan } from '../plan/plan.ts';
import { makePlan } from '../plan/rehearse.ts';
import type { Report } from '../report/report.ts';
import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import { requireEvidence, withEvidence } from './keep-evidence.ts';
import { statusOf } from './status.ts';
import { survey, type Survey } from './survey.ts';
import { withUnfinished } from './unfinished.ts';

/** @param hint what would carry the plan out, said where nobody could be asked */
export async function plan(context: Context, hint?: string): Promise<number> {
  const { run, benchmark, host, terminal } = context;
  if (context.options.plan !== undefined)
    throw new UsageFailure('--plan goes with fix', 'a dry run always plans anew');
  await requireEvidence(context);
  const seen = withUnfinished(context, await survey(context));
  const proposal = propose(context, host, seen);
  const proposed: Report = {
    run,
    benchmark,
    ...seen,
    demandsProcedure: context.options.procedure,
    plan: proposal,
    exitCode: statusOf(context, seen, circumstancesOf(proposal)),
  };
  const report = await withEvidence(context, proposed, { before: seen });
  await deliver(context, report);
  if (hint !== undefined && !isEmpty(proposal)) terminal.note(hint);
  return report.exitCode;
}

/** The plan for all that is open. */
export function propose(
  { options, sections }: Context,
  host: HostReader,
  { facts, findings }: Survey,
  chosen: readonly string[] = sections.map(({ number }) => number),
): Plan {
  return makePlan(facts, findings, chosen, options, host.clock.now());
}

/** What of a plan the exit status depends upon. */
export function circumstancesOf(proposal: Plan): { waiting: boolean; blocked: boolean } {
  return { waiting: !isEmpty(proposal), blocked: proposal.blockers.length > 0 };
}
