/** When a process started. Source: proc(5): field 22 of /proc/PID/stat, btime of /proc/stat. */

import type { HostReader } from '../host/host.ts';
import { absolutePath } from '../paths.ts';
import { readText } from './small-files.ts';

/** USER_HZ is 100 on every architecture that has auditd. */
const TICKS_PER_SECOND = 100;

/** Undefined if the process is gone, or /proc does not say it. */
export async function startTime(host: HostReader, pid: number): Promise<Date | undefined> {
  const [stat, kernelStat] = await Promise.all([
    readText(host, absolutePath(`/proc/${pid}/stat`)),
    readText(host, absolutePath('/proc/stat')),
  ]);
  // The name, in parentheses, may hold anything; the twentieth word after it is the time.
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  const bootedAt = /^btime (\d+)/m.exec(kernelStat ?? '')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(ticks) || !/^\d{1,11}$/.test(bootedAt)) return undefined;
  return new Date((Number(bootedAt) + Number(ticks) / TICKS_PER_SECOND) * 1000);
}
