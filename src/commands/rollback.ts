/** `dockaudit rollback [ID]`: undo a change, the latest if none is named. */

import { undoCommands } from '../apply/by-hand.ts';
import { isUnfinished, type Change, type Event } from '../apply/change.ts';
import { changedSince, goalOf } from '../apply/goal.ts';
import { beginUndo, readChanges } from '../apply/journal.ts';
import { regenerate } from '../apply/regenerate.ts';
import { goBack } from '../apply/rollback.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { ChangeFailure, ExitStatus, Failure, PrivilegeFailure, UsageFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Report } from '../report/report.ts';
import { describeUndone } from '../report/text.ts';
import { printable } from '../text.ts';
import { askedWords } from './again.ts';
import { choose } from './choice.ts';
import { deliver, deliverText } from './deliver.ts';
import type { Context } from './context.ts';
import { parseCommandLine } from './options.ts';
import { refuseReadOnly, refuseUnreachable } from './refusals.ts';
import { recoverAll } from './recover.ts';
import { survey } from './survey.ts';
import { leaveUnfinished, recoverFirst } from './unfinished.ts';

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
  return store.host.exclusively(store.lock, async () => {
    const change = await pick(context);
    if (isUnfinished(change)) return recoverAll(context);
    return (await recoverFirst(context)) ? undo(context, change) : leaveUnfinished(context);
  });
}

async function undo(asked: Context, change: Change): Promise<number> {
  const context = await aboutChange(asked, change);
  const { options, terminal, host, run, benchmark } = context;
  const { record } = change;
  const changed = await changedSince(host, change);
  refuseEdited(change, changed);
  const leave = changed.filter((path) => !record.edited.includes(path));
  const before = await survey(context);
  refuseUnreachable(before.facts);
  refuseReadOnly(before.facts);
  const goal = goalOf(before.facts, change);
  if (!options.yes) {
    const lines = undoCommands(record, change.backup).map((line) => `  ${printable(line)}`);
    terminal.say(`Undoing change ${record.id} does what these lines do, and proves it:\n`);
    terminal.say(`${lines.join('\n')}\n`);
    if (!(await terminal.confirm(`Undo change ${record.id}?`))) {
      terminal.say('Nothing was changed.');
      return ExitStatus.findings;
    }
  }
  const { bootId } = before.facts.machine;
  await beginUndo(context.store, change, { bootId, goal: goal ?? null, leave });
  const steps: Event[] = [];
  const { isLocked } = await context.shielded(() =>
    terminal.progress((emit) =>
      goBack({
        host,
        store: context.store,
        record,
        programs: context.live ? before.facts.programs : {},
        why: 'undone on request',
        ...(goal === undefined ? {} : { goal }),
        leave,
        progress: (event) => {
          steps.push(event);
          emit(event);
        },
      }),
    ),
  );
  if (leave.length > 0) await regenerate(host, (await survey(context)).facts);
  const after = await survey(context);
  const changes = await readChanges(context.store, context.root);
  const undone = changes.find((one) => one.record.id === record.id) ?? change;
  const report: Report = {
    run,
    benchmark,
    ...after,
    before: before.findings,
    change: undone,
    steps,
    exitCode: isLocked ? ExitStatus.pending : ExitStatus.ok,
  };
  if (options.format === 'json') await deliver(context, report);
  else await deliverText(context, (style) => describeUndone(report, style));
  return report.exitCode;
}

/** Judges what the change was about, where its own words still tell, unless other controls are named. */
async function aboutChange(context: Context, { record }: Change): Promise<Context> {
  const { options, here } = context;
  if (askedWords(options).length > 0) return context;
  try {
    const { benchmark, all, level, control, templates } = parseCommandLine(record.argv).options;
    const recorded = { ...options, benchmark, all, level, control, templates };
    return { ...context, options: recorded, ...(await choose(here, recorded)) };
  } catch (cause) {
    // Templates of then may be gone: an undo needs none of them.
    if (cause instanceof Failure) return context;
    throw cause;
  }
}

/** The change that was named, or the latest. @throws UsageFailure if there is none to undo */
async function pick({ store, root, words }: Context): Promise<Change> {
  const changes = await readChanges(store, root);
  const open = changes.filter((change) => change.state === 'kept' || isUnfinished(change));
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

/** Newer edits are somebody's work. @throws ChangeFailure which names the file */
function refuseEdited({ record, backup }: Change, changed: readonly AbsolutePath[]): void {
  const edited = changed.find((path) => record.edited.includes(path));
  if (edited === undefined) return;
  throw new ChangeFailure(
    `cannot undo change ${record.id}: '${edited}' was edited since`,
    `undo a newer change first ('dockaudit history'), or keep those edits and undo by hand:\n${undoCommands(record, backup).join('\n')}`,
    { changeId: record.id, rolledBack: false },
  );
}
