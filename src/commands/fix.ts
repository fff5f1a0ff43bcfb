/** `dockaudit`, `dockaudit fix`: from a missing rule to a verified one. */

import { apply, type Judge } from '../apply/apply.ts';
import { undoCommands } from '../apply/by-hand.ts';
import type { Change, Event } from '../apply/change.ts';
import { readChanges, refuseUnfinished } from '../apply/journal.ts';
import { selectSections } from '../controls/load.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { fingerprint } from '../plan/fingerprint.ts';
import { isEmpty, type Plan } from '../plan/plan.ts';
import { isOpen } from '../plan/rehearse.ts';
import type { Report } from '../report/report.ts';
import { compareTable, compareVerdicts } from '../verify/compare.ts';
import { ask, choose, finish, open } from './session.ts';
import type { Context } from './context.ts';
import { installAuditd, lacksAuditd } from './install.ts';
import { planOptions, readPlanFile, requireSamePlan, type PlanFile } from './plan-file.ts';
import { circumstancesOf, plan as showPlan, propose } from './plan.ts';
import { refuseReadOnly } from './refusals.ts';
import { statusOf } from './status.ts';
import { survey, type Survey } from './survey.ts';

export async function fix(asked: Context): Promise<number> {
  if (asked.options.dryRun) return showPlan(asked);
  const file =
    asked.options.plan === undefined ? undefined : await readPlanFile(asked, asked.options.plan);
  const context = file ? asPlanned(asked, file) : asked;
  const { options, terminal, store } = context;
  if (!options.yes && !terminal.interactive)
    return showPlan(
      context,
      `nothing was changed: nobody could be asked; '${context.self.join(' ')} --yes' applies it`,
    );
  // Without the privilege there is nothing to lock: the report says so, exit 77.
  if (context.live && !(await mayControlAudit(context.host))) return showPlan(context);
  await store.host.makeDirectory(store.directory, 0o700);
  return store.host.exclusively(store.lock, () => session(context, file));
}

/** Under the options with which the plan was made; how this run talks stays its own. */
function asPlanned(asked: Context, file: PlanFile): Context {
  const options = planOptions(file, asked.options);
  return { ...asked, options, sections: selectSections(asked.benchmark, options.control) };
}

async function session(context: Context, file: PlanFile | undefined): Promise<number> {
  const { run, benchmark } = context;
  const announced: string[] = [];
  let before = await survey(context);
  await open(context, before);
  if (lacksAuditd(before.facts) && before.findings.some(isOpen)) {
    announced.push(await installAuditd(context, before.facts));
    before = await survey(context);
  }
  refuseUnfinished(await readChanges(context.store, context.root), context.self);
  const openControls = before.findings.filter(isOpen);
  const chosen = await choose(context, openControls);
  const proposal = propose(context, context.host, before, chosen);
  const report: Report = {
    run,
    benchmark,
    ...before,
    plan: proposal,
    exitCode: statusOf(context, before, circumstancesOf(proposal)),
  };
  if (file) await requireSamePlan(file, report);
  if (isEmpty(proposal)) return finish(context, report);
  refuseReadOnly(before.facts);
  if (!(await ask(context, report))) return finish(context, report);
  return carryOut(context, before, proposal, announced);
}

async function carryOut(
  context: Context,
  before: Survey,
  proposal: Plan,
  announced: readonly string[],
): Promise<number> {
  const { host, store, run, root, terminal, benchmark } = context;
  let after = before;
  const judge: Judge = {
    table: (lines) => compareTable(proposal, lines),
    whole: async () => {
      after = await survey(context);
      return compareVerdicts(proposal, after.findings);
    },
  };
  const steps: Event[] = [];
  const change: Change = await context.shielded((signal) =>
    terminal.progress((emit) =>
      apply({
        host,
        store,
        facts: before.facts,
        plan: proposal,
        judge,
        inputsNow: async () => fingerprint((await survey(context)).facts, context.options),
        root,
        tool: `${run.tool.name} ${run.tool.version}`,
        argv: run.argv,
        announced,
        progress: (event) => {
          steps.push(event);
          emit(event);
        },
        signal,
      }),
    ),
  );
  return finish(context, {
    run,
    benchmark,
    ...after,
    before: before.findings,
    plan: proposal,
    change,
    steps,
    ...(context.real ? { byHand: undoCommands(change.record, change.backup) } : {}),
    undo: [...context.self.filter((word) => word !== 'fix'), 'rollback', change.record.id],
    exitCode: statusOf(context, after),
  });
}
