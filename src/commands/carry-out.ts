/** Applies a plan that was agreed to, and tells what came of it. */

import { apply } from '../apply/apply.ts';
import { undoCommands } from '../apply/by-hand.ts';
import type { Event } from '../apply/change.ts';
import { readChanges } from '../apply/journal.ts';
import type { Judge } from '../apply/undertaking.ts';
import { Failure, Interrupted } from '../errors.ts';
import { fingerprint } from '../plan/fingerprint.ts';
import type { Plan } from '../plan/plan.ts';
import { compareTable, compareVerdicts } from '../verify/compare.ts';
import { askedWords } from './again.ts';
import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import { finish } from './session.ts';
import { statusOf } from './status.ts';
import { survey, type Survey } from './survey.ts';

/** @returns the exit status; throws what apply throws, but where a document has to say it */
export async function carryOut(
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
  const demandsProcedure = context.options.procedure;
  const common = {
    run,
    benchmark,
    before: before.findings,
    demandsProcedure,
    plan: proposal,
    steps,
  };
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
        asked: askedWords(context.options),
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
