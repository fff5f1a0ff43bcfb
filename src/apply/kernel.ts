/** The kernel's table while a change is made or undone: read it, run a command, wait for a daemon. */

import { listQuery, parseStatus, statusQuery } from '../audit/auditctl.ts';
import { parseListing } from '../audit/listing.ts';
import type { KernelStatus } from '../audit/status.ts';
import { HostFailure } from '../errors.ts';
import type { Argv, Exit, Host, HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { shellLine } from '../shell.ts';
import { decode, printable } from '../text.ts';

const COMMAND_TIMEOUT_MS = 60_000;

export interface KernelNow {
  readonly lines: readonly string[];
  readonly status: KernelStatus;
  readonly pid: number;
}

/** An answer that cannot be used is asked for again: it may come while others load their rules. */
const TRIES = 3;
const PAUSE_MS = 100;

/**
 * What auditctl says now.
 * @param known lines that are listed rightly, although no rule can be read from them
 * @throws HostFailure if it gives no usable answer
 */
export async function readKernelNow(
  host: HostReader,
  auditctl: AbsolutePath,
  known: readonly string[] = [],
): Promise<KernelNow> {
  for (let tries = 1; ; tries++) {
    const answer = await askOnce(host, auditctl, known);
    if (typeof answer !== 'string') return answer;
    if (tries === TRIES)
      throw new HostFailure(
        `cannot read the kernel's rules: ${answer}`,
        `try 'auditctl -l' and 'auditctl -s' as root`,
        'EAUDITCTL',
      );
    await host.clock.pause(PAUSE_MS);
  }
}

/** The answer, or why it is none. */
async function askOnce(
  host: HostReader,
  auditctl: AbsolutePath,
  known: readonly string[],
): Promise<KernelNow | string> {
  const [list, state] = await Promise.all([
    host.ask(listQuery(auditctl)),
    host.ask(statusQuery(auditctl)),
  ]);
  if (list.status !== 0) return `auditctl -l: ${endOf(list)}`;
  if (state.status !== 0) return `auditctl -s: ${endOf(state)}`;
  const listing = parseListing(decode(list.stdout));
  if (listing.kind === 'unknown') return listing.reason;
  const odd = listing.statements.find(
    ({ kind, text }) => kind === 'unreadable' && !known.includes(text),
  );
  if (odd) return `auditctl -l printed what is no rule: '${printable(odd.text.slice(0, 80))}'`;
  const status = parseStatus(decode(state.stdout));
  if (!status) return 'auditctl -s printed no status';
  const { pid, lost: _lost, backlog: _backlog, ...rest } = status;
  return { lines: listing.statements.map(({ text }) => text), status: rest, pid };
}

/**
 * Runs one command that may change the host.
 * @param limitMs how long it may take; then it is ended, and all that it started
 * @throws HostFailure unless it exits 0
 */
export async function execute(
  host: Host,
  argv: Argv,
  limitMs: number = COMMAND_TIMEOUT_MS,
): Promise<void> {
  const exit = await host.run({ kind: 'command', argv, timeoutMs: limitMs });
  if (exit.status === 0 && exit.trouble === undefined) return;
  const said = printable(
    decode(exit.stderr)
      .trim()
      .slice(-400)
      .replace(/\s*\n\s*/g, '; '),
  );
  throw new HostFailure(
    `cannot run '${shellLine(argv)}': ${endOf(exit)}${said === '' ? '' : ` (${said})`}`,
    `'journalctl -t auditctl' or the syslog may say more`,
    'ECOMMAND',
  );
}

/** How a program ended, in words. */
function endOf({ status, trouble }: Exit): string {
  switch (trouble) {
    case undefined:
      return `exit status ${status}`;
    case 'missing':
      return 'it is not there';
    case 'timeout':
      return 'it did not end in time';
    case 'overflow':
      return 'it printed more than any load of rules does';
    case 'signal':
      return `signal ${status - 128} ended it`;
    default:
      return trouble satisfies never;
  }
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
