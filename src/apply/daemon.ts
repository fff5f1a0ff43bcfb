/** auditd while a change is made or undone: started, stopped, restarted, and seen to be so. */

import { HostFailure } from '../errors.ts';
import type { Programs } from '../discover/facts.ts';
import type { Argv, Host, HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { decode } from '../text.ts';
import { execute, readKernelNow, settled, type KernelNow } from './kernel.ts';

const SETTLE_MS = 20_000;

/** Loads the rules after auditd has started. Source: audit-rules.service, audit 4.1 and later. */
const RULES_UNIT = 'audit-rules.service';

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
    await execute(host, argv);
    // A signal returns before auditd has ended, and starting a unit that still runs does nothing.
    if (index + 1 < commands.length) await waitFor(host, auditctl, isStopped);
  }
  await waitForRules(host, programs);
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

/** Before it is done, a look would see a table that is half loaded. */
async function waitForRules(host: HostReader, { systemctl }: Programs): Promise<void> {
  if (!systemctl) return;
  await settled(
    host,
    async () => {
      const exit = await host.ask({
        kind: 'query',
        argv: [systemctl, 'show', '-pActiveState', '--value', '--', RULES_UNIT],
        timeoutMs: 10_000,
      });
      return decode(exit.stdout).trim() === 'activating' ? `${RULES_UNIT} still loads` : undefined;
    },
    SETTLE_MS,
  );
}
