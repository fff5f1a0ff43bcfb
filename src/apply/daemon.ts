/** auditd while a change is made or undone: started, stopped, restarted, and seen to be so. */

import { HostFailure } from '../errors.ts';
import type { Programs } from '../discover/facts.ts';
import type { Argv, Host, HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { decode } from '../text.ts';
import { execute, readKernelNow, settled, type KernelNow } from './kernel.ts';

const SETTLE_MS = 20_000;

/** systemd gives a unit 90 s to stop and 90 s to start: ended before, we would not stop it, only not see it. */
const COMMAND_MS = 200_000;

/** The second loads the rules, after auditd has started. Source: its unit, audit 4.1 and later. */
const UNITS = ['auditd.service', 'audit-rules.service'];

/**
 * Runs `commands`, each once the one before has had its effect, and waits until `trouble` is gone.
 * @throws HostFailure if a command fails, or the trouble stays
 */
export async function bringDaemon(
  host: Host,
  programs: Programs,
  commands: readonly Argv[],
  trouble: (now: KernelNow) => string | undefined,
): Promise<void> {
  const { auditctl } = programs;
  if (!auditctl) return;
  for (const [index, argv] of commands.entries()) {
    await execute(host, argv, COMMAND_MS);
    // A signal returns before auditd has ended, and starting a unit that still runs does nothing.
    if (index + 1 < commands.length) await waitFor(host, auditctl, isStopped);
  }
  await waitForUnits(host, programs);
  await waitFor(host, auditctl, trouble);
}

function isStopped({ pid }: KernelNow): string | undefined {
  return pid === 0 ? undefined : 'auditd is still running';
}

async function waitFor(
  host: Host,
  auditctl: AbsolutePath,
  trouble: (now: KernelNow) => string | undefined,
): Promise<void> {
  const left = await settled(
    host,
    async () => trouble(await readKernelNow(host, auditctl)),
    SETTLE_MS,
  );
  if (left !== undefined)
    throw new HostFailure(left, "'auditctl -s' shows who takes the events", 'EDAEMON');
}

/**
 * Waits, for a while, until systemd is done with auditd and the rules: before, a look would see a
 * daemon that still ends, or a table that is half loaded.
 */
export async function waitForUnits(host: HostReader, { systemctl }: Programs): Promise<void> {
  if (!systemctl) return;
  await settled(
    host,
    async () => {
      const exit = await host.ask({
        kind: 'query',
        argv: [systemctl, 'show', '-pActiveState', '-pJob', '--', ...UNITS],
        timeoutMs: 10_000,
      });
      return DUE.test(decode(exit.stdout)) ? 'a unit is not done yet' : undefined;
    },
    SETTLE_MS,
  );
}

/** A unit on its way; a job that waits for its turn has a number. */
const DUE = /^(?:ActiveState=(?:activating|deactivating)|Job=[1-9]\d*)$/m;
