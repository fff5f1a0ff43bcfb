/** The dockerd that runs, by its pid file, and since when. Source: proc(5), field 22 of stat, btime. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, isAbsolutePath, nameOf, type AbsolutePath } from '../paths.ts';
import { readLine, readText } from './small-files.ts';

/** A process of Docker that runs. */
export interface DockerProcess {
  readonly pid: number;
  readonly program: 'dockerd' | 'containerd';
  readonly path: AbsolutePath;
  /** UTC, ISO 8601; to a hundredth of a second. Absent if /proc does not say it. */
  readonly startedAt?: string;
}

/** None where nothing runs. @throws HostFailure */
export async function readDockerProcesses(host: HostReader): Promise<readonly DockerProcess[]> {
  const pid = await readLine(host, absolutePath('/run/docker.pid'));
  if (!/^\d{1,10}$/.test(pid)) return [];
  const executable = (await host.look(absolutePath(`/proc/${pid}/exe`)))?.target;
  // A replaced executable still runs: the kernel appends a word to its name.
  const path = executable?.replace(/ \(deleted\)$/, '') ?? '';
  if (!isAbsolutePath(path) || nameOf(path) !== 'dockerd') return [];
  const [stat, kernelStat] = await Promise.all([
    readText(host, absolutePath(`/proc/${pid}/stat`)),
    readText(host, absolutePath('/proc/stat')),
  ]);
  // The name, in parentheses, may hold anything; the twentieth word after it is the time.
  const ticks = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  const bootedAt = /^btime (\d{1,11})$/m.exec(kernelStat ?? '')?.[1];
  const isKnown = bootedAt !== undefined && /^\d{1,12}$/.test(ticks);
  const startedAt = new Date((Number(bootedAt) + Number(ticks) / 100) * 1000);
  return [
    {
      pid: Number(pid),
      program: 'dockerd',
      path,
      ...(isKnown ? { startedAt: startedAt.toISOString() } : {}),
    },
  ];
}
