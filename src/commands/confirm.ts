/** `dockaudit confirm [ID]`: the change that waits to be confirmed is kept. */

import type { Change } from '../apply/change.ts';
import { readChanges } from '../apply/journal.ts';
import { isWaiting } from '../apply/waiting.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { ChangeFailure, ExitStatus, PrivilegeFailure, UsageFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { moment } from '../report/waiting.ts';
import { STATES } from '../report/words.ts';
import { shellLine } from '../shell.ts';
import type { Context } from './context.ts';
import { decide } from './decide.ts';
import { deliver, deliverText } from './deliver.ts';
import { survey } from './survey.ts';

/** What undoes the change just now ends within this time. */
const PATIENCE_MS = 60_000;

export async function confirm(context: Context): Promise<number> {
  const { live, host, self, words } = context;
  if (words.length > 1)
    throw new UsageFailure('confirm takes one change', "'dockaudit history' lists them");
  if (live && !(await mayControlAudit(host)))
    throw new PrivilegeFailure(
      'confirm needs root (CAP_AUDIT_CONTROL)',
      `sudo ${self.join(' ')} confirm`,
    );
  const { id } = (await pick(context)).record;
  return context.shielded(() => keepAndTell(context, id));
}

async function keepAndTell(context: Context, id: string): Promise<number> {
  const { options, self, run, benchmark } = context;
  const decided = await decide(context, id, 'keep', PATIENCE_MS);
  if (decided?.state === 'rolledBack') throw tooLate(decided);
  if (decided?.state !== 'kept') throw nothingWaits(decided);
  const exitCode = ExitStatus.ok;
  if (options.format === 'json')
    await deliver(context, {
      run,
      benchmark,
      ...(await survey(context)),
      change: decided,
      exitCode,
    });
  else
    await deliverText(
      context,
      () => `Change ${id} is kept. To undo it: ${shellLine([...self, 'rollback', id])}`,
    );
  return exitCode;
}

/** @throws ChangeFailure if nothing waits, UsageFailure if there is no such change */
async function pick({ store, root, words }: Context): Promise<Change> {
  const changes = await readChanges(store, root);
  const [id] = words;
  const found =
    id === undefined ? changes.find(isWaiting) : changes.find(({ record }) => record.id === id);
  if (found && isWaiting(found)) return found;
  if (id !== undefined && !found) {
    const ids = changes.map(({ record }) => record.id);
    const like = nearest(id, ids);
    throw new UsageFailure(
      `there is no change '${id}'`,
      like === undefined ? "'dockaudit history' lists them" : `did you mean ${like}?`,
    );
  }
  throw nothingWaits(found ?? changes[0]);
}

function nothingWaits(latest: Change | undefined): ChangeFailure {
  const what = latest ? `change ${howItStands(latest)}` : 'no change was made here';
  const outcome = { changeId: latest?.record.id ?? '', rolledBack: false };
  const advice = "'dockaudit history' lists what was done";
  return new ChangeFailure(`nothing waits to be confirmed: ${what}`, advice, outcome);
}

/** It was undone while this run was at it, or by it. */
function tooLate(change: Change): ChangeFailure {
  return new ChangeFailure(
    `it was too late to confirm: change ${howItStands(change)}`,
    'to make it again, run fix again',
    { changeId: change.record.id, rolledBack: true },
  );
}

function howItStands({ record, state, since, note }: Change): string {
  const why = note === undefined ? '' : `: ${note}`;
  return `${record.id} was ${STATES[state]} at ${moment(since)}${why}`;
}
