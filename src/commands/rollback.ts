/** `dockaudit rollback [ID]`: undo a change, the latest if none is named. */

import { undoCommands } from '../apply/by-hand.ts';
import { UNFINISHED, type Change, type Event } from '../apply/change.ts';
import { goalOf } from '../apply/goal.ts';
import { readChanges } from '../apply/journal.ts';
import { regenerate } from '../apply/regenerate.ts';
import { goBack } from '../apply/rollback.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { ExitStatus, Failure, PrivilegeFailure, UsageFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Report } from '../report/report.ts';
import { describeUndone } from '../report/text.ts';
import { describeUndo, type UndoView } from '../report/undo.ts';
import { afterUndo } from './after-undo.ts';
import { askedWords } from './again.ts';
import { choose } from './choice.ts';
import { deliver, deliverText } from './deliver.ts';
import type { Context } from './context.ts';
import { parseCommandLine } from './options.ts';
import { refuseReadOnly, refuseUnreachable } from './refusals.ts';
import { survey, type Survey } from './survey.ts';
import { prepareUndo, requireUnmoved, type Undoing } from './undoing.ts';

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
  // Chosen under the lock: another run may be undoing the latest just now.
  return store.host.exclusively(store.lock, async () => undo(context, await pick(context)));
}

async function undo(asked: Context, change: Change): Promise<number> {
  const changes = await readChanges(asked.store, asked.root);
  const undoing = await prepareUndo(asked, change, changes);
  const context = await aboutChanges(asked, [change, ...undoing.newer]);
  const { options, terminal, host, run, benchmark, store } = context;
  const { record } = change;
  const before = await survey(context);
  refuseUnreachable(before.facts);
  refuseReadOnly(before.facts);
  const goal = goalOf(before.facts, change);
  await show(context, change, undoing, before, goal);
  if (!options.yes) {
    if (!(await terminal.confirm(`Undo change ${record.id}?`))) {
      terminal.say('Nothing was changed.');
      return ExitStatus.findings;
    }
    await requireUnmoved(host, change, undoing);
  }
  const { leave, merged } = undoing;
  const steps: Event[] = [];
  const { isLocked } = await context.shielded(() =>
    terminal.progress((emit) =>
      goBack({
        host,
        store,
        record,
        programs: context.live ? before.facts.programs : {},
        why: 'undone on request',
        ...(goal === undefined ? {} : { goal }),
        leave,
        merged,
        progress: (event) => {
          steps.push(event);
          emit(event);
        },
      }),
    ),
  );
  if (leave.length > 0) await regenerate(host, (await survey(context)).facts);
  const after = await survey(context);
  const undone = (await readChanges(store, context.root)).find(
    (one) => one.record.id === record.id,
  );
  const report: Report = {
    run,
    benchmark,
    ...after,
    before: before.findings,
    change: undone ?? change,
    ...(undoing.newer.length === 0 ? {} : { remaining: undoing.newer }),
    steps,
    exitCode: isLocked ? ExitStatus.pending : ExitStatus.ok,
  };
  if (options.format === 'json') await deliver(context, report);
  else await deliverText(context, (style) => describeUndone(report, style));
  return report.exitCode;
}

/** What saying yes will do: where nobody is asked it is said all the same. */
async function show(
  context: Context,
  change: Change,
  undoing: Undoing,
  before: Survey,
  goal: readonly string[] | undefined,
): Promise<void> {
  const { terminal, options, shielded } = context;
  if (options.format !== 'text' || options.output !== undefined) return;
  const { running } = before.facts;
  const { lines, worse } = afterUndo(context, before, undoing, change, goal);
  const { edits, merged, newer } = undoing;
  const view: UndoView = {
    change,
    edits,
    merged: [...merged.keys()],
    ...(lines && running.kind === 'known' && { table: { before: running.lines, after: lines } }),
    newer,
    worse,
    byHand: merged.size > 0 || !context.real ? [] : undoCommands(change.record, change.backup),
  };
  const text = await describeUndo(view, terminal.style);
  await shielded(() => terminal.page(terminal.interactive ? text : `${text}\n\n`));
}

/** Judges what the changes were about, where their own words still tell, unless controls are named. */
async function aboutChanges(context: Context, changes: readonly Change[]): Promise<Context> {
  if (askedWords(context.options).length > 0) return context;
  let about: Context | undefined;
  for (const change of changes) {
    const one = await aboutChange(context, change);
    if (!one) continue;
    const { benchmark, sections } = about ?? one;
    if (one.benchmark.id !== benchmark.id) continue;
    const more = one.sections.filter(({ number }) =>
      sections.every((each) => each.number !== number),
    );
    about = { ...(about ?? one), sections: about ? [...sections, ...more] : sections };
  }
  return about ?? context;
}

async function aboutChange(context: Context, { record }: Change): Promise<Context | undefined> {
  const { options, here } = context;
  try {
    const { benchmark, all, level, control, templates } = parseCommandLine(record.argv).options;
    const recorded = { ...options, benchmark, all, level, control, templates };
    return { ...context, options: recorded, ...(await choose(here, recorded)) };
  } catch (cause) {
    // Templates of then may be gone: an undo needs none of them.
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}

/** The change that was named, or the latest. @throws UsageFailure if there is none to undo */
async function pick({ store, root, words }: Context): Promise<Change> {
  const changes = await readChanges(store, root);
  const open = changes.filter(({ state }) => state === 'kept' || UNFINISHED.includes(state));
  const [id] = words;
  if (id === undefined) {
    const [latest] = open;
    if (latest) return latest;
    throw new UsageFailure('there is no change to undo', "'dockaudit history' lists what was done");
  }
  const found = changes.find(({ record }) => record.id === id);
  if (!found) {
    const like = nearest(
      id,
      changes.map(({ record }) => record.id),
    );
    throw new UsageFailure(
      `there is no change '${id}'`,
      like === undefined ? "'dockaudit history' lists them" : `did you mean ${like}?`,
    );
  }
  if (open.includes(found)) return found;
  throw new UsageFailure(`change ${id} is undone already`, "'dockaudit history' shows when");
}
