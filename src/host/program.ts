/** What all programs of a host are started with, and what their ends mean. */

import { hostFailure, quoted } from './failure.ts';
import type { Argv, Exit } from './host.ts';

/**
 * The whole environment: nothing of the caller's, whose PATH, LD_*, NODE_OPTIONS or TERM would let
 * them steer what root runs.
 */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
};

export const DIRECTORY = '/';

const nothing = new Uint8Array();

/** There is no such program. */
export const MISSING: Exit = { status: 127, stdout: nothing, stderr: nothing, trouble: 'missing' };

/** For a program that could not be started. @throws HostFailure unless it is simply not there */
export function notStarted(argv: Argv, cause: unknown): Exit {
  const failure = hostFailure('run', argv[0], cause);
  if (failure.code === 'ENOENT' || failure.code === 'ENOTDIR') return MISSING;
  throw failure;
}

/** Status and trouble of a program that ended; `stopped` says why we ended it, if we did. */
export async function ending(
  code: number | null | undefined,
  signal: string | null | undefined,
  stopped: Exit['trouble'],
): Promise<Pick<Exit, 'status' | 'trouble'>> {
  if (stopped === 'timeout') return { status: 124, trouble: stopped };
  if (signal === null || signal === undefined) return said(code ?? 0, stopped);
  const { constants } = await import('node:os');
  const number = new Map(Object.entries<number>(constants.signals)).get(signal) ?? 0;
  return said(128 + number, stopped ?? 'signal');
}

function said(status: number, trouble: Exit['trouble']): Pick<Exit, 'status' | 'trouble'> {
  return trouble === undefined ? { status } : { status, trouble };
}

/** `argv` as one line that can be pasted. */
export function commandLine(argv: Argv): string {
  return argv.map(quoted).join(' ');
}
