/** `dockaudit rollback [ID]`: undo a change, the latest if none is named. */

import { keepMerged } from '../apply/backup.ts';
import { behindOthers } from '../apply/behind.ts';
import { undoCommands } from '../apply/by-hand.ts';
import type { Change } from '../apply/change.ts';
import { isUnfinished } from '../apply/unfinished.ts';
import type { Event } from '../apply/event.ts';
import { askEtckeeper, tellEtckeeper, withNote } from '../apply/etckeeper.ts';
import { goalOf } from '../apply/goal.ts';
import { beginUndo, readChanges } from '../apply/journal.ts';
import { regenerate } from '../apply/regenerate.ts';
import { yielding } from '../apply/reserve.ts';
import { requireReplaceable } from '../apply/way-back.ts';
import { disarmWatcher } from '../apply/watcher.ts';
import { goBack } from '../apply/rollback.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { ExitStatus, PrivilegeFailure, UsageFailure } from '../errors.ts';
import type { Report } from '../report/report.ts';
import { describeUndone } from '../report/text.ts';
import { behindNote, describeUndo, type UndoView } from '../report/undo.ts';
import { aboutChanges } from './about-changes.ts';
import { afterwards } from './afterwards.ts';
import { afterUndo } from './after-undo.ts';
import { deliver, deliverText } from './deliver.ts';
import type { Context } from './context.ts';
import { requireEvidence, withEvidence } from './keep-evidence.ts';
import { pick } from './pick.ts';
import { refuseReadOnly, refuseUnreachable } from './refusals.ts';
import { recoverAll } from './recover.ts';
import { pageShielded } from './session.ts';
import { standingOf } from './standing.ts';
import { survey, type Survey } from './survey.ts';
import { prepareUndo, requireUnmoved, type Undoing } from './undoing.ts';
import { leaveUnfinished, recoverFirst } from './unfinished.ts';

/** Undoes the change that is named, or the latest. */
export async function rollback(context: Context): Promise<number> {
  const { store, options, terminal, live, host, self, run, benchmark } = context;
  if (context.words.length > 1)
    throw new UsageFailure('rollback takes one change', "'dockaudit history' lists them");
  if (live && !(await mayControlAudit(host)))
    throw new PrivilegeFailure(
      'rollback needs root (CAP_AUDIT_CONTROL)',
      `sudo ${self.join(' ')} rollback`,
    );
  if (!options.yes && !terminal.interactive) {
    const change = await pick(context);
    const exitCode = ExitStatus.findings;
    if (options.format === 'json')
      await deliver(context, { run, benchmark, ...(await survey(context)), change, exitCode });
    terminal.note(
      `nothing was changed: nobody could be asked; '${self.join(' ')} rollback ${change.record.id} --yes' undoes it`,
    );
    return exitCode;
  }
  await requireEvidence(context);
  // Chosen under the lock: another run may be undoing the latest just now.
  return store.host.exclusively(store.lock, async () => {
    const change = await pick(context);
    if (isUnfinished(change)) return recoverAll(context);
    return (await recoverFirst(context)) ? undo(context, change) : leaveUnfinished(context);
  });
}

/** Why an undo is made, for the history. */
const ON_REQUEST = 'undone on request';

/**
 * Undoes the change, after a question unless `--yes` was given, and delivers the report. The lock is
 * held. @param reason of an undo that nobody asked for, and that nobody could help along
 */
export async function undo(asked: Context, change: Change, reason?: string): Promise<number> {
  const changes = await readChanges(asked.store, asked.root);
  const undoing = await prepareUndo(asked, change, changes, reason !== undefined);
  const why = [reason ?? ON_REQUEST, ...undoing.told].join('; ');
  const roomy = { ...asked, store: yielding(asked.store, change.record.id) };
  const context = await aboutChanges(roomy, [change, ...undoing.newer]);
  const { options, terminal, host } = context;
  const { record } = change;
  const before = await survey(context);
  refuseUnreachable(before.facts);
  refuseReadOnly(before.facts);
  await requireReplaceable(host, before.facts, record, undoing.leave);
  const goal = goalOf(before.facts, change);
  await show(context, change, undoing, before, goal);
  if (!options.yes) {
    if (!(await terminal.confirm(`Undo change ${record.id}?`))) {
      terminal.say('Nothing was changed.');
      return ExitStatus.findings;
    }
  }
  await requireUnmoved(host, change, undoing);
  const report = await context.shielded(() =>
    carryBack(context, change, undoing, { before, goal, why }),
  );
  return report.exitCode;
}

/** The undo that was agreed to, and the report of it: a signal comes before it or after. */
async function carryBack(
  context: Context,
  change: Change,
  undoing: Undoing,
  {
    before,
    goal,
    why,
  }: {
    readonly before: Survey;
    readonly goal: readonly string[] | undefined;
    readonly why: string;
  },
): Promise<Report> {
  const { options, terminal, host, run, benchmark, store } = context;
  const { record } = change;
  const { leave, merged } = undoing;
  const behind = behindOthers(before.facts, record, goal);
  const { bootId } = before.facts.machine;
  const kept = await keepMerged(store, record.id, merged);
  await beginUndo(store, change, { bootId, goal: goal ?? null, leave, merged: kept });
  const steps: Event[] = [];
  const etckeeper = await askEtckeeper(host, before.facts.onlookers);
  const { isLocked, untold } = await terminal.progress((emit) =>
    goBack({
      host,
      store,
      record,
      programs: context.live ? before.facts.programs : {},
      seen: before.facts,
      left: change.left,
      why,
      ...(goal === undefined ? {} : { goal }),
      leave,
      merged,
      progress: (event) => {
        steps.push(event);
        emit(event);
      },
    }),
  );
  if (untold) terminal.note(untold);
  context.did(`change ${record.id}`, standingOf({ state: 'rolledBack' }));
  const report = await afterwards(record.id, async (): Promise<Report> => {
    if (change.deadline?.watcher === 'timer') await disarmWatcher(context.host, record.id);
    if (leave.length > 0) await regenerate(host, (await survey(context)).facts);
    const after = await survey(context);
    const undone = (await readChanges(store, context.root)).find(
      (one) => one.record.id === record.id,
    );
    const gone: Change = { ...(undone ?? change), ...(untold && { state: 'rolledBack' }) };
    const message = `dockaudit: change ${record.id} undone`;
    const note = await tellEtckeeper(host, etckeeper, message, (event) => void steps.push(event));
    const undoneReport: Report = {
      run,
      benchmark,
      ...after,
      before: before.findings,
      change: withNote(withNote(gone, behind && behindNote(behind)), note),
      ...(undoing.newer.length === 0 ? {} : { remaining: undoing.newer }),
      steps,
      exitCode: isLocked ? ExitStatus.pending : ExitStatus.ok,
    };
    return withEvidence(context, undoneReport, { before, after });
  });
  if (options.format === 'json') await deliver(context, report);
  else await deliverText(context, (style) => describeUndone(report, style));
  return report;
}

/** What saying yes will do: where nobody is asked it is said all the same. */
async function show(
  context: Context,
  change: Change,
  undoing: Undoing,
  before: Survey,
  goal: readonly string[] | undefined,
): Promise<void> {
  const { terminal, options } = context;
  if (options.format !== 'text' || options.output !== undefined) return;
  const { running } = before.facts;
  const { lines, worse } = afterUndo(context, before, undoing, change, goal);
  const { edits, merged, newer } = undoing;
  const behind = behindOthers(before.facts, change.record, goal);
  const view: UndoView = {
    change,
    edits,
    merged: [...merged.keys()],
    ...(lines && running.kind === 'known' && { table: { before: running.lines, after: lines } }),
    newer,
    worse,
    ...(behind && { behind }),
    byHand: merged.size > 0 || !context.real ? [] : undoCommands(change.record, change.backup),
  };
  const text = await describeUndo(view, terminal.style);
  await pageShielded(context, terminal.interactive ? text : `${text}\n\n`);
}
