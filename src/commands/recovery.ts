/** Ends a change that was cut off: looks how the host stands towards it, then brings it one way. */

import type { Change } from '../apply/change.ts';
import { isUnfinished } from '../apply/unfinished.ts';
import type { Event } from '../apply/event.ts';
import { recoverAfter } from '../apply/forward.ts';
import { readChanges } from '../apply/journal.ts';
import { recoverBefore, type Recovery } from '../apply/recover.ts';
import { standOf, type Stand } from '../apply/stand.ts';
import { untilStill } from '../apply/stillness.ts';
import { sweep } from '../apply/sweep.ts';
import type { Judge } from '../apply/undertaking.ts';
import { findPrograms } from '../discover/programs.ts';
import { ExitStatus, Failure } from '../errors.ts';
import type { Recovered } from '../report/report.ts';
import { compareTable, compareVerdicts } from '../verify/compare.ts';
import { choose } from './choice.ts';
import type { Context } from './context.ts';
import { planOptions } from './plan-file.ts';
import { refuseReadOnly, refuseUnreachable } from './refusals.ts';
import { standingOf } from './standing.ts';
import { survey } from './survey.ts';
import { tellOnlookers } from './tell-onlookers.ts';

/** A change that was cut off, and what can be done about it. */
export interface Cut {
  readonly change: Change;
  readonly stand: Stand;
  /** @throws RollbackFailure, ChangeFailure, HostFailure, Interrupted */
  readonly end: (to: 'before' | 'after') => Promise<Recovered>;
}

/**
 * Removes what runs that are gone left in the store, and beside files that changes are about; tells
 * etckeeper of what was ended, which would take that for somebody's work.
 */
export async function clearAway(context: Context, ended: readonly Recovered[]): Promise<void> {
  const { host, store, root } = context;
  const changes = await readChanges(store, root);
  await sweep(
    host,
    store,
    changes.map(({ record }) => record),
  );
  for (const { interrupted, to } of ended)
    if (to !== undefined)
      await tellOnlookers(context, interrupted.record, to === 'after' ? 'kept' : 'rolledBack');
}

/** Those of this host that were cut off, the newest first. @throws HostFailure */
export async function unfinishedChanges({ store, root }: Context): Promise<readonly Change[]> {
  return (await readChanges(store, root)).filter(isUnfinished);
}

/** Waits until nothing of it is at work any more, and looks. @throws HostFailure, UnsupportedFailure */
export async function examine(asked: Context, change: Change): Promise<Cut> {
  const context = await asRecorded(asked, change);
  const { host, store, live, terminal, shielded } = context;
  const programs = live ? await findPrograms(host) : {};
  await untilStill(host, programs, change);
  const { facts } = await survey(context);
  refuseUnreachable(facts);
  const look = async () => (await survey(context)).facts;
  const judge = judgeOf(context, change);
  const stand = await standOf(host, facts, change, judge);
  const { id } = change.record;
  const end = async (to: 'before' | 'after'): Promise<Recovered> => {
    refuseReadOnly(facts);
    const steps: Event[] = [];
    const common = { host, store, change, facts, programs, stand, look };
    const ended = await shielded((signal) =>
      terminal.progress(async (emit) => {
        const progress = (event: Event): void => {
          steps.push(event);
          emit(event);
        };
        const recovery: Recovery = { ...common, progress };
        const ending =
          to === 'after'
            ? { state: (await recoverAfter(recovery, judge, signal)).state, isLocked: false }
            : { state: 'rolledBack' as const, ...(await recoverBefore(recovery)) };
        if ('untold' in ending) terminal.note(ending.untold);
        context.did(`change ${id}`, standingOf(ending));
        return ending;
      }),
    );
    return { id, interrupted: change, stand, to, ...ended, steps };
  };
  return { change, stand, end };
}

/** Pending where the kernel is immutable and holds what it held. */
export function statusAfter(recovered: readonly Recovered[]): number {
  return recovered.some(({ isLocked }) => isLocked) ? ExitStatus.pending : ExitStatus.ok;
}

function judgeOf(context: Context, { record }: Change): Judge {
  const { table = null, promises = [] } = record.forward ?? {};
  return {
    table: (lines, stage) =>
      table === null
        ? undefined
        : compareTable(
            {
              preview: [{ kind: 'table', before: table.before, after: table.whole }],
              liveOnly: { tableBefore: table.loaded },
              unsilenced: table.gone.map((index) => ({ index })),
              withdrawn: [],
            },
            lines,
            stage,
          ),
    whole: async () => compareVerdicts({ promises }, (await survey(context)).findings),
  };
}

/** As the change was asked for; how this run talks stays its own. */
export async function asRecorded(context: Context, { record }: Change): Promise<Context> {
  try {
    const argv = record.forward?.asked ?? record.argv;
    const options = planOptions({ argv }, context.options);
    return { ...context, options, ...(await choose(context.here, options)) };
  } catch (cause) {
    // Templates of then may be gone: going back needs none of them.
    if (cause instanceof Failure) return context;
    throw cause;
  }
}
