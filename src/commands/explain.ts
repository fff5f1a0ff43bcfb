/** `dockaudit explain CONTROL|RULE`: what it asks and why, and how this host stands. */

import { selectSections } from '../controls/load.ts';
import { UsageFailure } from '../errors.ts';
import { explain as explainText } from '../report/explain.ts';
import type { Context } from './context.ts';
import { deliver, deliverText } from './deliver.ts';
import { statusOf } from './status.ts';
import { survey } from './survey.ts';

export async function explain(context: Context): Promise<number> {
  const { benchmark, words, options, run } = context;
  const { explainRules, isRule } = await import('./explain-rule.ts');
  if (isRule(words)) return explainRules(context);
  const [word] = words;
  if (word === undefined || words.length > 1)
    throw new UsageFailure(
      'explain takes one control, or a rule behind --',
      `write 'dockaudit explain ${benchmark.sections[0]?.number ?? '1.2.3'}'`,
    );
  const sections = selectSections(benchmark, [word]);
  const seen = await survey({ ...context, sections });
  // A host that cannot be read is no reason not to explain: the text says what is unknown.
  const exitCode = options.exitZero ? 0 : statusOf(context, seen);
  const demandsProcedure = options.procedure;
  if (options.format === 'json')
    await deliver(context, { run, benchmark, demandsProcedure, ...seen, exitCode });
  else
    for (const finding of seen.findings)
      await deliverText(context, (style) =>
        explainText(finding.section, finding, seen.facts, style),
      );
  return exitCode;
}
