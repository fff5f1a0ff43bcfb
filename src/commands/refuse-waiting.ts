/** Nothing begins while a change waits to be confirmed; one whose time is over is undone first. */

import { readChanges } from '../apply/journal.ts';
import { isOverdue, isWaiting } from '../apply/waiting.ts';
import { ChangeFailure } from '../errors.ts';
import { moment } from '../report/waiting.ts';
import { shellLine } from '../shell.ts';
import type { Context } from './context.ts';
import { revert } from './decide.ts';

/** The lock is held. @throws ChangeFailure which names what keeps it and what undoes it */
export async function refuseWaiting(context: Context): Promise<void> {
  const { store, root, host, self, terminal } = context;
  const waiting = (await readChanges(store, root)).find(isWaiting);
  if (!waiting) return;
  const { record, deadline } = waiting;
  if (!isOverdue(waiting, host.clock.now())) {
    const outcome = { changeId: record.id, rolledBack: false };
    const [confirm, rollback] = ['confirm', 'rollback'].map((name) =>
      shellLine([...self, name, record.id]),
    );
    throw new ChangeFailure(
      `cannot begin: change ${record.id} waits to be confirmed until ${moment(deadline.at)}`,
      `keep it: ${confirm}\nor undo it: ${rollback}`,
      outcome,
    );
  }
  await context.shielded(() => revert(context, waiting));
  terminal.note(
    `change ${record.id} was not confirmed by ${moment(deadline.at)}: it was undone first`,
  );
}
