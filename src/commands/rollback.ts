/** `dockaudit rollback [ID]`: undo a change, the latest if none is named. */

import { hashAt } from '../apply/backup.ts';
import { UNFINISHED, type Change, type Event } from '../apply/change.ts';
import { isChangeId, readChanges } from '../apply/journal.ts';
import { readKernelNow } from '../apply/kernel.ts';
import { goBack } from '../apply/rollback.ts';
import { listRule } from '../audit/listing.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { ChangeFailure, ExitStatus, PrivilegeFailure, UsageFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import type { Report } from '../report/report.ts';
import { describeUndone } from '../report/text.ts';
import { deliver, deliverText } from './deliver.ts';
import type { Context } from './context.ts';
import { refuseUnreachable } from './refusals.ts';
import { survey, type Survey } from './survey.ts';

export async function rollback(context: Context): Promise<number> {
  const { store, options, terminal, live, host, self } = context;
  if (context.words.length > 1)
    throw new UsageFailure('rollback takes one change', "'dockaudit history' lists them");
  if (live && !(await mayControlAudit(host)))
    throw new PrivilegeFailure(
      'rollback needs root (CAP_AUDIT_CONTROL)',
      `sudo ${self.join(' ')} rollback`,
    );
  const change = pick(await readChanges(store, context.root), context.words[0]);
  if (!options.yes && !terminal.interactive) {
    terminal.note(
      `nothing was changed: nobody could be asked; '${self.join(' ')} rollback ${change.record.id} --yes' undoes it`,
    );
    return ExitStatus.findings;
  }
  return store.host.exclusively(store.lock, () => undo(context, change));
}

async function undo(context: Context, change: Change): Promise<number> {
  const { options, terminal, host, run, benchmark } = context;
  const { record } = change;
  await refuseEdited(context, change);
  const before = await survey(context);
  refuseUnreachable(before.facts);
  const goal = await goalOf(before, change, context);
  if (!options.yes) {
    const files = record.files.map(({ path }) => path).join(', ');
    terminal.say(`Change ${record.id} of ${record.time} wrote ${files}.`);
    if (!(await terminal.confirm(`Undo change ${record.id}?`))) {
      terminal.say('Nothing was changed.');
      return ExitStatus.findings;
    }
  }
  const steps: Event[] = [];
  await context.shielded(() =>
    terminal.progress((emit) =>
      goBack({
        host,
        store: context.store,
        record,
        programs: context.live ? before.facts.programs : {},
        why: 'asked for',
        ...(goal === undefined ? {} : { goal }),
        progress: (event) => {
          steps.push(event);
          emit(event);
        },
      }),
    ),
  );
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
    exitCode: ExitStatus.ok,
  };
  if (options.format === 'json') await deliver(context, report);
  else await deliverText(context, describeUndone(report, terminal.style));
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
async function refuseEdited({ host }: Context, { record, left }: Change): Promise<void> {
  if (!left) return;
  for (const [path, hash] of Object.entries(left.files)) {
    const image = record.files.find((one) => one.path === path);
    if (!image || (await hashAt(host, image.path)) === hash) continue;
    throw new ChangeFailure(
      `cannot undo change ${record.id}: '${path}' was edited since`,
      "undo the newer change first ('dockaudit history'), or take the lines out by hand",
      { changeId: record.id, rolledBack: false },
    );
  }
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
  const ours = new Set(record.added.map((rule) => listRule(rule, facts.world)));
  return lines.filter((line) => !ours.has(line));
}
