/** `dockaudit`, `dockaudit fix`: from a missing rule to a verified one. */

import { requireRoom, requireWritable } from '../apply/room.ts';
import { openStore } from '../apply/safe-store.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { isEmpty } from '../plan/plan.ts';
import { isOpen } from '../plan/rehearse.ts';
import { passesByMeaningOnly } from '../report/procedure.ts';
import type { Report } from '../report/report.ts';
import { shellLine } from '../shell.ts';
import { askedWords } from './again.ts';
import { carryOut } from './carry-out.ts';
import { offerCheck, requireSystemd } from './check-after-boot.ts';
import { choose as chooseControls } from './choice.ts';
import type { Context } from './context.ts';
import { requireOutput } from './deliver.ts';
import { installAuditd, lacksAuditd } from './install.ts';
import { requireEvidence } from './keep-evidence.ts';
import { planOptions, readPlanFile, requireSamePlan, type PlanFile } from './plan-file.ts';
import { circumstancesOf, plan as showPlan, propose } from './plan.ts';
import { refuseWaiting } from './refuse-waiting.ts';
import { refuseReadOnly } from './refusals.ts';
import {
  ask,
  askForText,
  choose,
  finish,
  offerUnsilence,
  open,
  show,
  type Ending,
} from './session.ts';
import { proven } from './proving.ts';
import { settle } from './settle.ts';
import { statusOf } from './status.ts';
import { survey, type Survey } from './survey.ts';
import { leaveUnfinished, noting, recoverFirst } from './unfinished.ts';

export async function fix(asked: Context): Promise<number> {
  if (asked.options.dryRun) return showPlan(asked);
  await requireOutput(asked);
  await requireEvidence(asked);
  const file =
    asked.options.plan === undefined ? undefined : await readPlanFile(asked, asked.options.plan);
  const context = file ? await asPlanned(asked, file) : asked;
  const { options, terminal, store } = context;
  if (!options.yes && !terminal.interactive)
    return showPlan(
      { ...context, options: { ...options, plan: undefined } },
      `nothing was changed: nobody could be asked; '${shellLine([...context.self, ...askedWords(options), '--yes'])}' applies it`,
    );
  // Without the privilege there is nothing to lock: the report says so, exit 77.
  if (context.live && !(await mayControlAudit(context.host))) return showPlan(context);
  await openStore(store);
  return settle(context, await store.host.exclusively(store.lock, () => session(context, file)));
}

/** Under the options with which the plan was made; how this run talks stays its own. */
async function asPlanned(asked: Context, file: PlanFile): Promise<Context> {
  const options = planOptions(file, asked.options);
  return { ...asked, options, ...(await chooseControls(asked.here, options)) };
}

async function session(asked: Context, file: PlanFile | undefined): Promise<Ending> {
  const { run, benchmark } = asked;
  const announced: string[] = [];
  await refuseWaiting(asked);
  const recovered = await recoverFirst(asked);
  if (recovered === undefined) return { exitCode: leaveUnfinished(asked) };
  let before = noting(await survey(asked), recovered);
  requireSystemd(asked, before.facts);
  open(asked, before);
  if (lacksAuditd(before.facts) && before.findings.some(isOpen)) {
    announced.push(await installAuditd(asked, before.facts));
    before = noting(await survey(asked), recovered);
  }
  const seen = before;
  const heard = file
    ? asked
    : await offerUnsilence(asked, (loud) => propose(loud, loud.host, seen));
  const whole = propose(heard, heard.host, before);
  const mendable = before.findings.filter(({ section }) =>
    whole.promises.some(({ control }) => control === section.number),
  );
  const chosen = await choose(heard, mendable);
  // What nothing can mend stays in the plan, which says why.
  const stay = [...chosen, ...whole.leftOut.map(({ control }) => control)];
  const byText = file ? [] : await alsoByText(heard, before, stay);
  const context = byText.length > 0 ? demandingText(heard) : heard;
  const proposal =
    chosen.length === mendable.length && context === heard
      ? whole
      : propose(context, context.host, before, [...stay, ...byText]);
  const report: Report = {
    run,
    benchmark,
    ...before,
    demandsProcedure: context.options.procedure,
    plan: proposal,
    exitCode: statusOf(context, before, circumstancesOf(proposal)),
  };
  if (file) await requireSamePlan(file, report);
  await show(context, report);
  if (isEmpty(proposal)) return finish(context, await proven(context, before, report), { before });
  refuseReadOnly(before.facts);
  await requireRoom(context.host, context.store, { plan: proposal, facts: before.facts });
  await requireWritable(context.store);
  if (!(await ask(context))) return finish(context, report, { before });
  const agreed = await offerCheck(context, before.facts, proposal);
  return carryOut(agreed, before, proposal, announced, { proves: true });
}

function demandingText(context: Context): Context {
  return { ...context, options: { ...context.options, procedure: true } };
}

/**
 * Controls that pass by meaning only, where a line would serve the book's command and the person
 * wants it. @param chosen controls that the plan is about anyway
 */
async function alsoByText(
  context: Context,
  before: Survey,
  chosen: readonly string[],
): Promise<readonly string[]> {
  const { terminal, options, host } = context;
  if (!terminal.interactive || options.yes || options.procedure) return [];
  const short = before.findings.filter(passesByMeaningOnly).map(({ section }) => section.number);
  const { promises } = propose(demandingText(context), host, before, [...chosen, ...short]);
  const served = promises.filter(({ control, procedure }) => procedure && short.includes(control));
  const controls = served.map(({ control }) => control);
  return controls.length > 0 && (await askForText(context, controls)) ? controls : [];
}
