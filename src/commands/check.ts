/** `dockaudit check`: the verdicts alone. */

import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import { statusOf } from './status.ts';
import { survey } from './survey.ts';

export async function check(context: Context): Promise<number> {
  const { run, benchmark } = context;
  const seen = await survey(context, { quick: true });
  const exitCode = statusOf(context, seen);
  await deliver(context, { run, benchmark, ...seen, exitCode });
  return exitCode;
}
