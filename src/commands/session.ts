/** The parts of a fix session that talk: opening, choosing, asking, closing. */

import type { Finding } from '../evaluate/finding.ts';
import { judgedLine } from '../report/judged.ts';
import { describePlan } from '../report/proposal.ts';
import type { Report } from '../report/report.ts';
import { describeClosing, describeOpening } from '../report/text.ts';
import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import type { Survey } from './survey.ts';

/** Says what is judged, the host and the verdicts; an unattended run says it at its end. */
export async function open(context: Context, { facts, findings }: Survey): Promise<void> {
  const { terminal, benchmark } = context;
  if (terminal.interactive)
    terminal.say(describeOpening({ benchmark, facts, findings }, terminal.style));
}

/** Which of the open findings to mend; all of them where nobody is asked. */
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

/** Shows the plan, then asks; no is the default. */
export async function ask(context: Context, { plan }: Report): Promise<boolean> {
  const { terminal, options, shielded } = context;
  if (options.yes) return true;
  // In the pager Ctrl-C is the pager's.
  if (plan)
    await shielded(async () => terminal.page(`\n${await describePlan(plan, terminal.style)}`));
  return terminal.confirm('Apply?');
}

/** The report of the whole run, or in a session what is still unsaid of it. */
export async function finish(context: Context, report: Report): Promise<number> {
  const { terminal, options, benchmark } = context;
  if (!terminal.interactive || options.output !== undefined) {
    await deliver(context, report);
    return report.exitCode;
  }
  const { plan, change } = report;
  if (plan && !change && (plan.blockers.length > 0 || plan.leftOut.length > 0))
    terminal.say(await describePlan(plan, terminal.style));
  terminal.say(
    change
      ? describeClosing(report, terminal.style)
      : `Nothing was changed.\n\n${judgedLine(benchmark, report.findings, terminal.style)}`,
  );
  return report.exitCode;
}
