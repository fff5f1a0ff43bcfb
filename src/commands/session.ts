/** The parts of a fix session that talk: opening, choosing, showing, asking, closing. */

import type { Finding } from '../evaluate/finding.ts';
import { listed } from '../report/layout.ts';
import type { Plan } from '../plan/plan.ts';
import { describePlan, describeSilencers } from '../report/proposal.ts';
import { Interrupted } from '../errors.ts';
import type { Report } from '../report/report.ts';
import { describeClosing, describeOpening } from '../report/text.ts';
import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import { withEvidence, type Seen } from './keep-evidence.ts';
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
export function open(context: Context, { facts, findings, boot }: Survey): void {
  const { terminal, benchmark, options } = context;
  const demandsProcedure = options.procedure;
  const opening = { benchmark, facts, findings, ...(boot && { boot }), demandsProcedure };
  if (isTold(context)) terminal.say(`${describeOpening(opening, terminal.style)}${gap(context)}`);
}

/**
 * The context in which what silences is taken out of force, if it could be and the person says so:
 * a question of its own, whose default is no. Unattended only `--unsilence` does it.
 */
export async function offerUnsilence(
  context: Context,
  proposeIn: (context: Context) => Plan,
): Promise<Context> {
  const { terminal, options } = context;
  if (!terminal.interactive || options.yes || options.unsilence) return context;
  const loud: Context = { ...context, options: { ...options, unsilence: true } };
  const { unsilenced } = proposeIn(loud);
  if (unsilenced.length === 0) return context;
  terminal.say(`\n${describeSilencers(unsilenced, terminal.style)}`);
  return (await terminal.confirm('Take that out of force?')) ? loud : context;
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
    findings.map((finding) => ({
      value: finding.section.number,
      title: `${finding.section.number} ${finding.section.control.title}`,
      detail: detailOf(finding),
    })),
  );
}

function detailOf({ verdict, reason, dissent }: Finding): string {
  const more = verdict === 'pass' && dissent !== undefined ? `, but by text ${dissent}` : '';
  return `${verdict}: ${reason}${more}`;
}

/** Whether what passes by meaning shall pass by the book's own command, too. No is the default. */
export async function askForText(
  { terminal }: Context,
  controls: readonly string[],
): Promise<boolean> {
  const pass = controls.length === 1 ? 'passes' : 'pass';
  return terminal.confirm(
    `${listed(controls)} ${pass} by meaning only. ` +
      "Add the line that the book's own command looks for, too?",
  );
}

/** Shows the plan: in a session through the pager, where Ctrl-C is the pager's. */
export async function show(context: Context, { plan, facts }: Report): Promise<void> {
  const { terminal } = context;
  if (!plan || !isTold(context)) return;
  const text = await describePlan(plan, facts, terminal.style);
  await pageShielded(context, terminal.interactive ? `\n${text}` : text + gap(context));
}

/** @throws Interrupted on a signal, which ends the pager; but for Ctrl-C, which is the pager's own */
export async function pageShielded({ terminal, shielded }: Context, text: string): Promise<void> {
  const ends = new AbortController();
  await shielded((signal) => {
    signal.addEventListener('abort', () => {
      const { reason } = signal;
      if (!(reason instanceof Interrupted && reason.signal === 'SIGINT')) ends.abort(reason);
    });
    return terminal.page(text, ends.signal);
  });
  ends.signal.throwIfAborted();
}

/** No is the default. */
export async function ask({ terminal, options }: Context): Promise<boolean> {
  return options.yes || terminal.confirm('Apply?');
}

/** How a session ended, once all is said. */
export type Ending = Pick<Report, 'change' | 'exitCode'>;

/** What is still unsaid of the run. */
export async function finish(context: Context, ended: Report, seen: Seen): Promise<Ending> {
  const { terminal } = context;
  const { style } = terminal;
  const report = await withEvidence(context, ended, seen);
  if (!isTold(context)) await deliver(context, report);
  else {
    const unchanged = terminal.interactive && !report.change ? '\nNothing was changed.\n\n' : '';
    terminal.say(unchanged + describeClosing(report, style));
  }
  return report;
}
