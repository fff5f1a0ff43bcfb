/** Installing auditd where it is missing: a step before the change, announced, and left by rollback. */

import { HostFailure, UnsupportedFailure } from '../errors.ts';
import type { Facts } from '../discover/facts.ts';
import { shellLine } from '../shell.ts';
import type { Context } from './context.ts';

const TIMEOUT_MS = 900_000;

/** Whether auditd is missing where rules could be loaded. */
export function lacksAuditd({ kernel }: Facts): boolean {
  return kernel.kind === 'unreachable' && kernel.cause === 'noAuditctl';
}

/**
 * Offers it in a session, does it under `--yes --install-auditd`.
 * @returns what was done, for the history
 * @throws UnsupportedFailure if it may not, HostFailure if the package manager fails
 */
export async function installAuditd(context: Context, facts: Facts): Promise<string> {
  const { options, terminal, host, live } = context;
  const { installer } = facts;
  const missing = 'cannot fix this host: auditd is not installed';
  if (!installer || !live)
    throw new UnsupportedFailure(
      missing,
      'install auditd with your package manager, then run dockaudit again',
    );
  const line = shellLine(installer);
  const agreed = options.yes
    ? options.installAuditd
    : terminal.interactive && (await terminal.confirm(`auditd is missing. Run '${line}' now?`));
  if (!agreed)
    throw new UnsupportedFailure(
      missing,
      options.yes
        ? `run '${line}', or allow it with --install-auditd`
        : `run '${line}', then dockaudit again`,
    );
  terminal.note(`installing auditd: ${line}`);
  // Half an installation is worse than a late answer to Ctrl-C.
  const exit = await context.shielded(async () => {
    const ended = await host.run({ kind: 'command', argv: installer, timeoutMs: TIMEOUT_MS });
    if (ended.status === 0) context.did('auditd', `was installed by '${line}'`);
    return ended;
  });
  if (exit.status !== 0)
    throw new HostFailure(
      `cannot install auditd: '${line}' exited ${exit.status}`,
      `run it by hand to see why: ${line}`,
      'EINSTALL',
    );
  return `auditd was installed by '${line}'`;
}
