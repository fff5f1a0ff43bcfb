/**
 * What undoes a change that nobody confirms, though dockaudit and its terminal be killed: a transient
 * timer of systemd, else a process of ours. Sources: systemd-run(1), systemd.timer(5); run with 252.
 */

import type { Facts } from '../discover/facts.ts';
import { findProgram } from '../discover/programs.ts';
import type { Argv, Host } from '../host/host.ts';
import { execute } from './kernel.ts';

/** Who watches: the host whose systemd is asked, this machine, and how dockaudit is started. */
export interface Watchman {
  readonly host: Host;
  /** Where a process of ours can run. */
  readonly here: Host;
  readonly init: Facts['machine']['init'];
  /** dockaudit with the options by which it reaches the same changes. */
  readonly program: Argv;
}

const START_MS = 30_000;
const STOP_MS = 20_000;

/**
 * Arms it: what runs then is the hidden command `expire`.
 * @throws HostFailure if that cannot be run, or cannot read the change
 */
export async function armWatcher(
  { host, here, init, program }: Watchman,
  id: string,
  deadline: Date,
): Promise<'timer' | 'process'> {
  const expire: Argv = [...program, 'expire', id];
  const systemdRun = init === 'systemd' ? await findProgram(host, 'systemd-run') : undefined;
  if (!systemdRun) {
    const argv: Argv = [...expire, deadline.toISOString()];
    await here.launch({ kind: 'command', argv, timeoutMs: START_MS });
    return 'process';
  }
  const run: Argv = [systemdRun, '--quiet', '--collect'];
  // SELinux, or a home that services do not see, would tell only when it is too late.
  const rehearsal = asWritten([...expire, '--dry-run']);
  await execute(host, [...run, '--wait', '--service-type=oneshot', '--', ...rehearsal]);
  const leftMs = deadline.getTime() - host.clock.now().getTime();
  await execute(host, [
    ...run,
    `--unit=${unitOf(id)}`,
    `--description=dockaudit: undo change ${id} unless it is confirmed`,
    // Whichever comes first: a clock that is set back does not keep the change longer.
    `--on-active=${Math.max(1, Math.ceil(leftMs / 1000))}s`,
    `--on-calendar=@${Math.ceil(deadline.getTime() / 1000)}`,
    '--timer-property=AccuracySec=1s',
    '--',
    ...asWritten(expire),
  ]);
  return 'timer';
}

/** A timer that stays finds nothing to undo; a process of ours sees that by itself. Never fails. */
export async function disarmWatcher(host: Host, id: string): Promise<void> {
  const systemctl = await findProgram(host, 'systemctl').catch(() => undefined);
  if (!systemctl) return;
  const argv: Argv = [systemctl, 'stop', `${unitOf(id)}.timer`];
  await host.run({ kind: 'command', argv, timeoutMs: STOP_MS }).catch(() => undefined);
}

function unitOf(id: string): string {
  return `dockaudit-confirm-${id}`;
}

/** systemd reads `$NAME` in a command line. Source: systemd.service(5), command lines. */
function asWritten(words: readonly string[]): readonly string[] {
  return words.map((word) => word.replaceAll('$', () => '$$'));
}
