/**
 * The last step of a change that is as promised: it is kept, or it waits to be confirmed. What goes
 * back by itself is armed before the journal says so: a change that waits is never unwatched.
 */

import { HostFailure } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Change, JournalEntry } from './change.ts';
import { sayLast } from './last-word.ts';
import type { Step } from './steps.ts';
import type { Journey } from './undertaking.ts';
import { armWatcher, disarmWatcher, type Watchman } from './watcher.ts';

/** What `--confirm-within` asks for. */
export interface Confirmation extends Pick<Watchman, 'program'> {
  readonly withinMs: number;
  /** This machine, which a practice host stands on. */
  readonly here: Host;
}

function unarmed(cause: unknown): never {
  if (!(cause instanceof HostFailure)) throw cause;
  throw new HostFailure(
    `nothing could be armed to undo the change if nobody confirms it: ${cause.message}`,
    'mend that, or leave --confirm-within out',
    cause.code,
    cause,
  );
}

/**
 * @param outcome how the change left the host
 * @throws HostFailure if nothing could be armed, or the journal cannot be written
 */
export async function callGood(
  { host, store, facts, confirmation }: Journey,
  id: string,
  outcome: Pick<JournalEntry, 'left' | 'foreign'>,
  step: Step,
): Promise<Pick<Change, 'state' | 'since' | 'deadline'>> {
  const enter = async (entry: Omit<JournalEntry, 'time'>) => {
    await sayLast(store, id, entry);
    return { ...entry, since: store.host.clock.now().toISOString() };
  };
  if (!confirmation) return enter({ state: 'kept', ...outcome });
  const { here, program, withinMs } = confirmation;
  const at = new Date(host.clock.now().getTime() + withinMs);
  const { init } = facts.machine;
  let watcher: 'timer' | 'process' = 'process';
  try {
    await step('arm the way back', async () => {
      watcher = await armWatcher({ host, here, init, program }, id, at).catch(unarmed);
      return watcher === 'timer' ? 'a timer of systemd' : 'a process that waits';
    });
    return await enter({
      state: 'unconfirmed',
      ...outcome,
      deadline: { at: at.toISOString(), watcher },
    });
  } catch (cause) {
    await disarmWatcher(host, id);
    throw cause;
  }
}
