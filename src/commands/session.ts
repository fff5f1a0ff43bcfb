/** The parts of a fix session that talk: opening, choosing, showing, asking, closing. */

import type { Finding } from '../evaluate/finding.ts';
import { judgedLine } from '../report/judged.ts';
import { describePlan } from '../report/proposal.ts';
import type { Report } from '../report/report.ts';
import { describeClosing, describeOpening } from '../report/text.ts';
import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import type { Survey } from './survey.ts';

/** Whether the run tells its story as it goes; else one report follows at the end. */
function isTold({ options }: Context): boolean {
  return options.format === 'text' && options.output === undefined;
}

/** A blank line before what follows; prompts bring their own. */
function gap({ terminal }: Context): string {
  return terminal.interactive ? '' : '\n\n';
}

/** Says what is judged, the host and the verdicts. */
export function open(context: Context, { facts, findings }: Survey): void {
  const { terminal, benchmark, options } = context;
  const demandsProcedure = options.procedure;
  const opening = { benchmark, facts, findings, demandsProcedure };
  if (isTold(context)) terminal.say(`${describeOpening(opening, terminal.style)}${gap(context)}`);
}

/** Which of the findings to mend; all of them where nobody is asked. */
export async function choose(
  { terminal, options }: Context,
  findings: readonly Finding[],
): Promise<readonly string[]> {
  const all = findings.map(({ section }) => section.number);
  if (!terminal.interactive || options.yes || all.length === 0) return all;
  return terminal.choose(
    'Which controls shall be fixed?',
    findings.map(({ section, reason, verdict }) => ({
      value: section.number,
      title: `${section.number} ${section.control.title}`,
      detail: `${verdict}: ${reason}`,
    })),
  );
}

/** Shows the plan: in a session through the pager, where Ctrl-C is the pager's. */
export async function show(context: Context, { plan, facts }: Report): Promise<void> {
  const { terminal, shielded } = context;
  if (!plan || !isTold(context)) return;
  const text = await describePlan(plan, facts, terminal.style);
  await shielded(() => terminal.page(terminal.interactive ? `\n${text}` : text + gap(context)));
}

/** No is the default. */
export async function ask({ terminal, options }: Context): Promise<boolean> {
  return options.yes || terminal.confirm('Apply?');
}

/** What is still unsaid of the run. */
export async function finish(context: Context, report: Report): Promise<number> {
  const { terminal, benchmark } = context;
  const { style } = terminal;
  if (!isTold(context)) await deliver(context, report);
  else if (report.change) terminal.say(describeClosing(report, style));
  else
    terminal.say(
      `${terminal.interactive ? '\nNothing was changed.\n\n' : ''}${judgedLine(benchmark, report.findings, style)}`,
    );
  return report.exitCode;
}
