/** Applies a plan that was agreed to, and tells what came of it. */

import { apply } from '../apply/apply.ts';
import { undoCommands } from '../apply/by-hand.ts';
import type { Change } from '../apply/change.ts';
import type { Event } from '../apply/event.ts';
import { askEtckeeper, tellEtckeeper, withNote } from '../apply/etckeeper.ts';
import { readChanges } from '../apply/journal.ts';
import type { Judge, Undertaking } from '../apply/undertaking.ts';
import { Failure, Interrupted } from '../errors.ts';
import { inputHashes, movedBetween } from '../plan/fingerprint.ts';
import type { Plan } from '../plan/plan.ts';
import { describeEvidence } from '../report/evidence.ts';
import type { Report } from '../report/report.ts';
import { compareTable, compareVerdicts } from '../verify/compare.ts';
import { askedWords } from './again.ts';
import { checkOf } from './check-after-boot.ts';
import type { Context } from './context.ts';
import { deliver } from './deliver.ts';
import { pruneOld } from './history-prune.ts';
import { withEvidence } from './keep-evidence.ts';
import { isUnrecorded, proofsOfChange } from './proving.ts';
import { finish, type Ending } from './session.ts';
import { standingOf } from './standing.ts';
import { statusOf } from './status.ts';
import { survey, type Survey } from './survey.ts';

/** What follows a change that came to its end. */
interface Following {
  /** What the run is worth. */
  readonly statusAfter?: (after: Survey) => number;
  /** Whether it is proven by events, as the options say. */
  readonly proves?: boolean;
}

/** Throws what apply throws, but where a document has to say it. */
export async function carryOut(
  context: Context,
  before: Survey,
  proposal: Plan,
  announced: readonly string[],
  { statusAfter, proves = false }: Following = {},
): Promise<Ending> {
  const { host, store, run, root, terminal, benchmark, options } = context;
  let after = before;
  const judge: Judge = {
    table: (lines, stage) => compareTable(proposal, lines, stage),
    whole: async () => {
      after = await survey(context);
      return compareVerdicts(proposal, after.findings);
    },
  };
  const steps: Event[] = [];
  const demandsProcedure = options.procedure;
  const common = {
    run,
    benchmark,
    before: before.findings,
    demandsProcedure,
    plan: proposal,
    steps,
  };
  const unfinished = async (failure: unknown): Promise<Ending> => {
    const isDocument = options.format === 'json' && !(failure instanceof Interrupted);
    const isKept = options.evidence !== undefined;
    if (!(failure instanceof Failure) || !(isDocument || isKept)) throw failure;
    const [change] = await readChanges(store, root);
    const { exitCode } = failure;
    const seen = await survey(context);
    const made = change && 'changeId' in failure && failure.changeId === change.record.id;
    const told = { ...common, ...seen, failure, exitCode, ...(made ? { change } : {}) };
    const report = await withEvidence(context, told, { before, after: seen });
    if (isDocument) await deliver(context, report);
    else {
      if (report.evidence) terminal.say(describeEvidence(report.evidence, terminal.style));
      throw failure;
    }
    return { exitCode };
  };
  const applying = (signal: AbortSignal): Promise<Change> =>
    terminal.progress(async (emit) => {
      const progress = (event: Event): void => {
        steps.push(event);
        emit(event);
      };
      const etckeeper = await askEtckeeper(host, before.facts.onlookers);
      const change = await apply({
        host,
        store,
        facts: before.facts,
        plan: proposal,
        judge,
        moved: async () => {
          const { facts } = await survey(context);
          return movedBetween(inputHashes(before.facts, options), inputHashes(facts, options));
        },
        root,
        tool: `${run.tool.name} ${run.tool.version}`,
        argv: run.argv,
        asked: askedWords(context.options),
        announced,
        ...confirmationOf(context),
        ...checkOf(context),
        progress,
        signal,
      });
      context.did(`change ${change.record.id}`, standingOf(change));
      if (change.state !== 'kept') return change;
      const message = `dockaudit: change ${change.record.id}`;
      return withNote(change, await tellEtckeeper(host, etckeeper, message, progress));
    });
  return context.shielded(async (signal) => {
    await pruneOld(context, await readChanges(store, root), before.facts);
    const change = await applying(signal).catch(unfinished);
    if ('exitCode' in change) return change;
    const proofs = proves ? await proofsOfChange(context, after, change, steps) : undefined;
    const report: Report = {
      ...common,
      ...after,
      ...(proofs && { proofs }),
      change,
      ...(context.real ? { byHand: undoCommands(change.record, change.backup) } : {}),
      undo: [...context.self, 'rollback', change.record.id],
      keep: [...context.self, 'confirm', change.record.id],
      exitCode:
        statusAfter?.(after) ?? statusOf(context, after, { unrecorded: isUnrecorded(proofs) }),
    };
    return finish(context, report, { before, after });
  });
}

function confirmationOf({ options, here, program }: Context): Pick<Undertaking, 'confirmation'> {
  const { confirmWithinMs: withinMs } = options;
  return withinMs === undefined ? {} : { confirmation: { withinMs, here, program } };
}
