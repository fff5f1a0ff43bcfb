/** `dockaudit check`: the verdicts alone. */

import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import { requireEvidence, withEvidence } from './keep-evidence.ts';
import { statusOf } from './status.ts';
import { survey } from './survey.ts';
import { withUnfinished } from './unfinished.ts';

export async function check(context: Context): Promise<number> {
  const { run, benchmark, options } = context;
  await requireEvidence(context);
  // Evidence shows every rule, and not only those that decide.
  const quick = options.evidence === undefined;
  const before = withUnfinished(context, await survey(context, { quick }));
  const exitCode = statusOf(context, before);
  const common = { run, benchmark, demandsProcedure: options.procedure };
  const report = await withEvidence(context, { ...common, ...before, exitCode }, { before });
  await deliver(context, report);
  return report.exitCode;
}
