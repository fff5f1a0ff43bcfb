/** `dockaudit`, `dockaudit fix`: from a missing rule to a verified one. */

import { apply, type Judge } from '../apply/apply.ts';
import { undoCommands } from '../apply/by-hand.ts';
import type { Event } from '../apply/change.ts';
import { readChanges, refuseUnfinished } from '../apply/journal.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { Failure, Interrupted } from '../errors.ts';
import { fingerprint } from '../plan/fingerprint.ts';
import { isEmpty, type Plan } from '../plan/plan.ts';
import { isOpen } from '../plan/rehearse.ts';
import type { Report } from '../report/report.ts';
import { compareTable, compareVerdicts } from '../verify/compare.ts';
import { choose as chooseControls } from './choice.ts';
import type { Context } from './context.ts';
import { deliver, requireOutput } from './deliver.ts';
import { installAuditd, lacksAuditd } from './install.ts';
import { planOptions, readPlanFile, requireSamePlan, type PlanFile } from './plan-file.ts';
import { circumstancesOf, plan as showPlan, propose } from './plan.ts';
import { refuseReadOnly } from './refusals.ts';
import { ask, choose, finish, open, show } from './session.ts';
import { statusOf } from './status.ts';
import { survey, type Survey } from './survey.ts';

export async function fix(asked: Context): Promise<number> {
  if (asked.options.dryRun) return showPlan(asked);
  await requireOutput(asked);
  const file =
    asked.options.plan === undefined ? undefined : await readPlanFile(asked, asked.options.plan);
  const context = file ? await asPlanned(asked, file) : asked;
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
async function asPlanned(asked: Context, file: PlanFile): Promise<Context> {
  const options = planOptions(file, asked.options);
  return { ...asked, options, ...(await chooseControls(asked.here, options)) };
}

async function session(context: Context, file: PlanFile | undefined): Promise<number> {
  const { run, benchmark } = context;
  const announced: string[] = [];
  let before = await survey(context);
  open(context, before);
  if (lacksAuditd(before.facts) && before.findings.some(isOpen)) {
    announced.push(await installAuditd(context, before.facts));
    before = await survey(context);
  }
  refuseUnfinished(await readChanges(context.store, context.root), context.self);
  const whole = propose(context, context.host, before);
  const mendable = before.findings.filter(({ section }) =>
    whole.promises.some(({ control }) => control === section.number),
  );
  const chosen = await choose(context, mendable);
  // What nothing can mend stays in the plan, which says why.
  const leftOut = whole.leftOut.map(({ control }) => control);
  const proposal =
    chosen.length === mendable.length
      ? whole
      : propose(context, context.host, before, [...chosen, ...leftOut]);
  const report: Report = {
    run,
    benchmark,
    ...before,
    plan: proposal,
    exitCode: statusOf(context, before, circumstancesOf(proposal)),
  };
  if (file) await requireSamePlan(file, report);
  await show(context, report);
  if (isEmpty(proposal)) return finish(context, report);
  refuseReadOnly(before.facts);
  if (!(await ask(context))) return finish(context, report);
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
    table: (lines, stage) => compareTable(proposal, lines, stage),
    whole: async () => {
      after = await survey(context);
      return compareVerdicts(proposal, after.findings);
    },
  };
  const steps: Event[] = [];
  const common = { run, benchmark, before: before.findings, plan: proposal, steps };
  const unfinished = async (failure: unknown): Promise<number> => {
    const isDocument = context.options.format === 'json' && !(failure instanceof Interrupted);
    if (!(failure instanceof Failure) || !isDocument) throw failure;
    const [change] = await readChanges(store, root);
    const { exitCode } = failure;
    const seen = await survey(context);
    const made = change && 'changeId' in failure && failure.changeId === change.record.id;
    await deliver(context, { ...common, ...seen, failure, exitCode, ...(made ? { change } : {}) });
    return exitCode;
  };
  const applying = context.shielded((signal) =>
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
  const change = await applying.catch(unfinished);
  if (typeof change === 'number') return change;
  return finish(context, {
    ...common,
    ...after,
    change,
    ...(context.real ? { byHand: undoCommands(change.record, change.backup) } : {}),
    undo: [...context.self, 'rollback', change.record.id],
    exitCode: statusOf(context, after),
  });
}
