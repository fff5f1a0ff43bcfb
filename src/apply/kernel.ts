/** The kernel's table while a change is made or undone: read it, run a command, wait for a daemon. */

import { listQuery, parseStatus, statusQuery } from '../audit/auditctl.ts';
import { parseListing } from '../audit/listing.ts';
import type { KernelStatus } from '../audit/status.ts';
import { HostFailure } from '../errors.ts';
import type { Argv, Host, HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { decode, printable } from '../text.ts';

const COMMAND_TIMEOUT_MS = 60_000;

export interface KernelNow {
  readonly lines: readonly string[];
  readonly status: KernelStatus;
  readonly pid: number;
}

/** What auditctl says now. @throws HostFailure if it gives no usable answer */
export async function readKernelNow(host: HostReader, auditctl: AbsolutePath): Promise<KernelNow> {
  const [list, state] = await Promise.all([
    host.ask(listQuery(auditctl)),
    host.ask(statusQuery(auditctl)),
  ]);
  const listing = parseListing(decode(list.stdout));
  const status = parseStatus(decode(state.stdout));
  if (list.status !== 0 || listing.kind === 'unknown' || !status)
    throw new HostFailure(
      `cannot read the kernel's rules: auditctl exited ${list.status} and ${state.status}`,
      `try 'auditctl -l' and 'auditctl -s' as root`,
      'EAUDITCTL',
    );
  const { pid, lost: _lost, backlog: _backlog, ...rest } = status;
  return { lines: listing.statements.map(({ text }) => text), status: rest, pid };
}

/** Runs one command that may change the host. @throws HostFailure unless it exits 0 */
export async function execute(host: Host, argv: Argv): Promise<void> {
  const exit = await host.run({ kind: 'command', argv, timeoutMs: COMMAND_TIMEOUT_MS });
  if (exit.status === 0 && exit.trouble === undefined) return;
  const said = printable(
    decode(exit.stderr)
      .trim()
      .slice(-400)
      .replace(/\s*\n\s*/g, '; '),
  );
  const why = exit.trouble === 'timeout' ? 'it did not end in time' : `exit status ${exit.status}`;
  throw new HostFailure(
    `cannot run '${argv.join(' ')}': ${why}${said === '' ? '' : ` (${said})`}`,
    `'journalctl -t auditctl' or the syslog may say more`,
    'ECOMMAND',
  );
}

const OPTIONS: readonly (readonly [keyof KernelStatus, string])[] = [
  ['backlogLimit', '-b'],
  ['rateLimit', '-r'],
  ['failure', '-f'],
  ['backlogWaitTime', '--backlog_wait_time'],
  ['enabled', '-e'],
];

/** Sets what differs from `before`. @throws HostFailure */
export async function restoreStatus(
  host: Host,
  auditctl: AbsolutePath,
  before: KernelStatus,
): Promise<void> {
  const { status } = await readKernelNow(host, auditctl);
  for (const [key, option] of OPTIONS)
    if (status[key] !== before[key]) await execute(host, [auditctl, option, String(before[key])]);
}

/** Waits for something that happens by itself. Returns the last trouble, or undefined once it is fine. */
export async function settled(
  host: HostReader,
  trouble: () => Promise<string | undefined>,
  limitMs: number,
): Promise<string | undefined> {
  const end = host.clock.now().getTime() + limitMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 500)) {
    const found = await trouble();
    if (found === undefined || host.clock.now().getTime() >= end) return found;
    await host.clock.pause(pauseMs);
  }
}
