/** The kernel's settings on the way back: one by one, and only those that differ. */

import type { KernelStatus } from '../audit/status.ts';
import type { Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { execute, readKernelNow } from './kernel.ts';

const OPTIONS: readonly (readonly [keyof KernelStatus, string])[] = [
  ['backlogLimit', '-b'],
  ['rateLimit', '-r'],
  ['failure', '-f'],
  ['backlogWaitTime', '--backlog_wait_time'],
  ['enabled', '-e'],
];

/** @throws HostFailure */
export async function restoreStatus(
  host: Host,
  auditctl: AbsolutePath,
  before: KernelStatus,
): Promise<void> {
  const { status } = await readKernelNow(host, auditctl);
  for (const [key, option] of OPTIONS)
    if (status[key] !== before[key]) await execute(host, [auditctl, option, String(before[key])]);
}
