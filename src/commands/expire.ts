/**
 * `dockaudit expire ID [DEADLINE]`: what a watcher runs, named in no help. Undoes the change if it is
 * not confirmed: at once, as a timer of systemd wants it, or when the deadline has come.
 */

import type { ChangeState } from '../apply/change.ts';
import { follow } from '../apply/follow.ts';
import { readChange } from '../apply/journal.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { ExitStatus, HostFailure, PrivilegeFailure, UsageFailure } from '../errors.ts';
import type { Context } from './context.ts';
import { revert, whenFree } from './decide.ts';
import { untiring, type Attempts } from './untiring.ts';

const STEP_MS = 1000;

/** Nothing is left to be undone here. What was cut off before it waited goes back as well. */
const DECIDED: readonly ChangeState[] = ['kept', 'rolledBack', 'needsPerson'];

export async function expire(context: Context): Promise<number> {
  const { words, options, store, host, live, terminal } = context;
  const [id = '', until] = words;
  const deadline = until === undefined ? undefined : Date.parse(until);
  if (!/^[\w-]+$/.test(id) || words.length > 2 || Number.isNaN(deadline))
    throw new UsageFailure(
      'expire takes the change and when it is due',
      "it is for dockaudit's own use: see 'dockaudit confirm' and 'dockaudit rollback'",
    );
  if (live && !(await mayControlAudit(host)))
    throw new PrivilegeFailure('expire needs root (CAP_AUDIT_CONTROL)', 'start it as root');
  if (!(await readChange(store, id)))
    throw new HostFailure(
      `cannot watch change ${id}: '${store.directory}' holds none`,
      "'dockaudit history' lists them",
      'ENOENT',
    );
  if (options.dryRun) return ExitStatus.ok;
  // Whoever started us waits for this line, and then lets us alone.
  terminal.say(`change ${id} is undone unless it is confirmed`);
  return context.shielded(async (signal) => {
    if (deadline !== undefined) await waitUntil(context, id, deadline);
    // A unit that systemd stops, as when the host goes down, makes no further attempt.
    const given = deadline === undefined ? signal : undefined;
    return untiring({ host, signal: given }, (attempts) => attempt(context, id, attempts));
  });
}

/** Under the lock: what was decided meanwhile stays. */
async function attempt(context: Context, id: string, attempts: Attempts): Promise<number> {
  const { store, terminal } = context;
  return whenFree(context, undefined, async () => {
    const change = await readChange(store, id);
    if (!change || DECIDED.includes(change.state)) return ExitStatus.ok;
    await revert(context, change, attempts);
    terminal.say(`change ${id} was undone: it was not confirmed`);
    return ExitStatus.ok;
  });
}

/**
 * By the clock or by the time that was waited, whichever comes first: so neither a suspended machine
 * nor a clock that is set back keeps the change for longer. Ends as soon as it is decided.
 */
async function waitUntil({ store, host }: Context, id: string, deadline: number): Promise<void> {
  const current = follow(store, id);
  const leftMs = (): number => deadline - host.clock.now().getTime();
  const wholeMs = leftMs();
  for (let waitedMs = 0; waitedMs < wholeMs && leftMs() > 0;) {
    const pauseMs = Math.min(STEP_MS, wholeMs - waitedMs, leftMs());
    await host.clock.pause(pauseMs);
    waitedMs += pauseMs;
    if (await isDecided(current)) return;
  }
}

/** A journal that cannot be read now may be read at the deadline. */
async function isDecided(current: ReturnType<typeof follow>): Promise<boolean> {
  try {
    const change = await current();
    return change === undefined || DECIDED.includes(change.state);
  } catch (cause) {
    if (cause instanceof HostFailure) return false;
    throw cause;
  }
}
