/** After a change under `--confirm-within`: a session asks whether it stays, and undoes it if not. */

import { undoCommands } from '../apply/by-hand.ts';
import type { Change } from '../apply/change.ts';
import { follow } from '../apply/follow.ts';
import { isWaiting, type Waiting } from '../apply/waiting.ts';
import { ChangeFailure, Interrupted, RollbackFailure } from '../errors.ts';
import { timeLeft } from '../report/waiting.ts';
import type { Context } from './context.ts';
import { decide } from './decide.ts';
import type { Ending } from './session.ts';

/**
 * The lock is not held: while the question stands, the change can be confirmed from elsewhere.
 * @returns the exit status
 * @throws ChangeFailure if it was undone, Interrupted after Ctrl-C
 */
export async function settle(context: Context, { change, exitCode }: Ending): Promise<number> {
  const { terminal } = context;
  if (!change || !isWaiting(change) || !terminal.interactive || context.options.yes)
    return exitCode;
  const { id } = change.record;
  return context.shielded(async () => {
    let interrupted: Interrupted | undefined;
    const answer = await ask(context, change).catch((cause: unknown) => {
      if (!(cause instanceof Interrupted)) throw cause;
      interrupted = cause;
      return false;
    });
    const decided = await decide(context, id, answer === true ? 'keep' : 'undo');
    if (decided?.state === 'kept') {
      terminal.say(`\nChange ${id} is kept.`);
      return exitCode;
    }
    if (decided && decided.state !== 'rolledBack') throw stuck(decided);
    const after = 'files and kernel are as before';
    // A terminal that was closed is no answer, as time that is over is none.
    if (interrupted && interrupted.signal !== 'SIGHUP')
      throw interrupted.after('the change was undone', after);
    throw new ChangeFailure(
      answer === false && !interrupted
        ? 'the change was undone: it was not to be kept'
        : 'the change was undone: it was not confirmed in time',
      after,
      { changeId: id, rolledBack: true },
    );
  });
}

/** Whether it stays; undefined once time is over, or somebody else has decided. */
async function ask(context: Context, change: Waiting): Promise<boolean | undefined> {
  const { terminal, host, store } = context;
  const current = follow(store, change.record.id);
  const [beganAt, endsAt] = [host.clock.now().getTime(), Date.parse(change.deadline.at)];
  let asked = 0;
  return terminal.confirmWhile(async () => {
    // Asked once a second: whichever comes first, so a clock that is set back delays nothing.
    const leftMs = Math.min(endsAt - host.clock.now().getTime(), endsAt - beganAt - asked * 1000);
    asked += 1;
    const { state } = (await current()) ?? change;
    if (leftMs <= 0 || state !== 'unconfirmed') return undefined;
    return `Keep the change? It is undone in ${timeLeft(leftMs)}`;
  });
}

function stuck({ record, note = '', backup }: Change): RollbackFailure {
  return new RollbackFailure(
    `change ${record.id} could not be undone: ${note}`,
    record.id,
    undoCommands(record, backup),
  );
}
