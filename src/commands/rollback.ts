/** `dockaudit rollback [ID]`: undo a change, the latest if none is named. */

import { hashAt } from '../apply/backup.ts';
import { undoCommands } from '../apply/by-hand.ts';
import { UNFINISHED, type Change, type Event } from '../apply/change.ts';
import { isChangeId, readChanges } from '../apply/journal.ts';
import { readKernelNow } from '../apply/kernel.ts';
import { regenerate } from '../apply/regenerate.ts';
import { goBack } from '../apply/rollback.ts';
import { canonical } from '../audit/canonical.ts';
import { listRule } from '../audit/listing.ts';
import type { Rule } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { ChangeFailure, ExitStatus, PrivilegeFailure, UsageFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Report } from '../report/report.ts';
import { describeUndone } from '../report/text.ts';
import { printable } from '../text.ts';
import { deliver, deliverText } from './deliver.ts';
import type { Context } from './context.ts';
import { refuseReadOnly, refuseUnreachable } from './refusals.ts';
import { survey, type Survey } from './survey.ts';

export async function rollback(context: Context): Promise<number> {
  const { store, options, terminal, live, host, self, run, benchmark } = context;
  if (context.words.length > 1)
    throw new UsageFailure('rollback takes one change', "'dockaudit history' lists them");
  if (live && !(await mayControlAudit(host)))
    throw new PrivilegeFailure(
      'rollback needs root (CAP_AUDIT_CONTROL)',
      `sudo ${self.join(' ')} rollback`,
    );
  const change = pick(await readChanges(store, context.root), context.words[0]);
  if (!options.yes && !terminal.interactive) {
    const exitCode = ExitStatus.findings;
    if (options.format === 'json')
      await deliver(context, { run, benchmark, ...(await survey(context)), change, exitCode });
    terminal.note(
      `nothing was changed: nobody could be asked; '${self.join(' ')} rollback ${change.record.id} --yes' undoes it`,
    );
    return exitCode;
  }
  return store.host.exclusively(store.lock, () => undo(context, change));
}

async function undo(context: Context, change: Change): Promise<number> {
  const { options, terminal, host, run, benchmark } = context;
  const { record } = change;
  await refuseEdited(context, change);
  const before = await survey(context);
  refuseUnreachable(before.facts);
  refuseReadOnly(before.facts);
  const leave = await rewritten(context, change);
  const goal = await goalOf(before, change, context);
  if (!options.yes) {
    const lines = undoCommands(record, change.backup).map((line) => `  ${printable(line)}`);
    terminal.say(`Undoing change ${record.id} does what these lines do, and proves it:\n`);
    terminal.say(`${lines.join('\n')}\n`);
    if (!(await terminal.confirm(`Undo change ${record.id}?`))) {
      terminal.say('Nothing was changed.');
      return ExitStatus.findings;
    }
  }
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

/** @throws UsageFailure if there is no such change, or nothing to undo */
function pick(changes: readonly Change[], id: string | undefined): Change {
  const open = changes.filter(
    ({ state }) => state === 'kept' || UNFINISHED.includes(state) || state === 'needsPerson',
  );
  const ids = changes.map(({ record }) => record.id);
  if (id === undefined) {
    const [latest] = open;
    if (latest) return latest;
    throw new UsageFailure('there is no change to undo', "'dockaudit history' lists what was done");
  }
  const found = changes.find(({ record }) => record.id === id);
  if (!found || !isChangeId(id)) {
    const like = nearest(id, ids);
    throw new UsageFailure(
      `there is no change '${id}'`,
      like === undefined ? "'dockaudit history' lists them" : `did you mean ${like}?`,
    );
  }
  if (open.includes(found)) return found;
  throw new UsageFailure(`change ${id} is undone already`, "'dockaudit history' shows when");
}

/** Newer edits are somebody's work. @throws ChangeFailure which names the file */
async function refuseEdited(context: Context, change: Change): Promise<void> {
  const { record } = change;
  const edited = (await changedSince(context, change)).find((path) => record.edited.includes(path));
  if (edited === undefined) return;
  throw new ChangeFailure(
    `cannot undo change ${record.id}: '${edited}' was edited since`,
    `undo a newer change first ('dockaudit history'), or keep those edits and undo by hand:\n${undoCommands(record, change.backup).join('\n')}`,
    { changeId: record.id, rolledBack: false },
  );
}

/** The loader's own files that hold more than the change left in them. */
async function rewritten(context: Context, change: Change): Promise<readonly AbsolutePath[]> {
  const { edited } = change.record;
  return (await changedSince(context, change)).filter((path) => !edited.includes(path));
}

async function changedSince(
  { host }: Context,
  { record, left }: Change,
): Promise<readonly AbsolutePath[]> {
  if (!left) return [];
  const hashes = await Promise.all(
    record.files.map(async ({ path }) => [path, await hashAt(host, path)] as const),
  );
  return hashes.flatMap(([path, hash]) => (hash === left.files[path] ? [] : [path]));
}

/**
 * The table to reach. In the same boot, with the table that the change left, it is the one before
 * the change; else others have loaded rules meanwhile, and only ours are taken out.
 */
async function goalOf(
  { facts }: Survey,
  { record, left }: Change,
  { live, host }: Context,
): Promise<readonly string[] | undefined> {
  const { auditctl } = facts.programs;
  if (!live || !auditctl || !record.kernel) return undefined;
  const { lines } = await readKernelNow(host, auditctl);
  // A change that was cut off left no table: in its own boot it goes back to the one before.
  const asLeft = !left?.listing || JSON.stringify(lines) === JSON.stringify(left.listing);
  if (asLeft && facts.machine.bootId === record.kernel.bootId) return undefined;
  const ours = new Set(record.added.map((rule) => listedAs(rule, facts.world)));
  return lines.filter((line) => !ours.has(line));
}

/** As the kernel lists it: newer auditctl makes more of a rule than it was given. */
function listedAs(rule: Rule, world: World): string {
  const held = canonical(rule, world);
  return listRule('value' in held ? held.value : rule, world);
}
