/** `dockaudit check`: the verdicts alone. */

import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import { statusOf } from './status.ts';
import { survey } from './survey.ts';
import { withUnfinished } from './unfinished.ts';

export async function check(context: Context): Promise<number> {
  const { run, benchmark, options } = context;
  const seen = withUnfinished(context, await survey(context, { quick: true }));
  const exitCode = statusOf(context, seen);
  const common = { run, benchmark, demandsProcedure: options.procedure };
  await deliver(context, { ...common, ...seen, exitCode });
  return exitCode;
}
