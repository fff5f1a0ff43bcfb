/**
 * The dockerd and containerd that run on this host, those in containers left out.
 * Source: proc(5), pid_namespaces(7).
 */

import type { HostReader } from '../host/host.ts';
import { absolutePath, isAbsolutePath, join, nameOf, type AbsolutePath } from '../paths.ts';
import { NO_WORDS, processLine, type CommandLine } from './command-line.ts';
import { readLine, readText } from './small-files.ts';
import { startTime } from './start-time.ts';

/** A dockerd or containerd that runs. */
export interface DockerProcess {
  readonly pid: number;
  readonly program: 'dockerd' | 'containerd';
  readonly path: AbsolutePath;
  /** UTC, ISO 8601; to a hundredth of a second. */
  readonly startedAt?: string;
}

/** What only the look itself needs of it besides. */
export interface Process extends DockerProcess {
  readonly line: CommandLine;
  /** Of a rootless daemon: its user's. */
  readonly uid: number;
}

const PROC = absolutePath('/proc');
const PID_FILE = absolutePath('/run/docker.pid');

/** By pid. One list of /proc, and of each process its name alone, until it is one of ours. */
export async function readProcesses(host: HostReader): Promise<readonly Process[]> {
  const [names, told] = await Promise.all([namesIn(host, PROC), readLine(host, PID_FILE)]);
  const pids = new Set(names.filter((name) => /^\d{1,10}$/.test(name)));
  const ours = await Promise.all(
    [...pids].map(async (pid) => {
      const comm = await readLine(host, join(PROC, pid, 'comm'));
      return /^(?:dockerd|containerd$)/.test(comm) || pid === told ? [pid] : [];
    }),
  );
  const here = await namespaceOf(host, 'self');
  const found = await Promise.all(ours.flat().map((pid) => processAt(host, pid, here)));
  return found.filter((one) => one !== undefined).toSorted((one, other) => one.pid - other.pid);
}

/** Undefined if it is gone, is no program of Docker, or belongs to a container. */
async function processAt(
  host: HostReader,
  pid: string,
  here: string | undefined,
): Promise<Process | undefined> {
  const directory = join(PROC, pid);
  const executable = await linkAt(host, join(directory, 'exe'));
  // A replaced executable still runs: the kernel appends a word to its name.
  const path = executable?.replace(/ \(deleted\)$/, '') ?? '';
  const program = isAbsolutePath(path) ? programOf(path) : undefined;
  if (!isAbsolutePath(path) || program === undefined) return undefined;
  const [namespace, cmdline, status, startedAt] = await Promise.all([
    namespaceOf(host, pid),
    readText(host, join(directory, 'cmdline')),
    readText(host, join(directory, 'status')),
    startTime(host, Number(pid)),
  ]);
  if (namespace !== undefined && here !== undefined && namespace !== here) return undefined;
  return {
    pid: Number(pid),
    program,
    path,
    ...(startedAt === undefined ? {} : { startedAt: startedAt.toISOString() }),
    line: cmdline === undefined ? NO_WORDS : processLine(cmdline),
    uid: Number(/^Uid:\s+(\d+)/m.exec(status ?? '')?.[1] ?? 0),
  };
}

/** By the name of its file; `dockerd-current` is Red Hat's of old. */
function programOf(path: AbsolutePath): DockerProcess['program'] | undefined {
  if (isDockerd(path)) return 'dockerd';
  return nameOf(path) === 'containerd' ? 'containerd' : undefined;
}

/** Whether a file of this name is a Docker daemon, and no script that starts one. */
export function isDockerd(path: AbsolutePath): boolean {
  return /^dockerd(?:-(?!rootless)[\w.-]*)?(?<!\.sh)$/.test(nameOf(path));
}

function namespaceOf(host: HostReader, pid: string): Promise<string | undefined> {
  return linkAt(host, join(PROC, pid, 'ns', 'pid'));
}

/** Of a process that ended meanwhile, or is another user's, there is nothing to see. */
async function linkAt(host: HostReader, path: AbsolutePath): Promise<string | undefined> {
  try {
    return (await host.look(path))?.target;
  } catch {
    return undefined;
  }
}

async function namesIn(host: HostReader, directory: AbsolutePath): Promise<readonly string[]> {
  try {
    return (await host.list(directory)) ?? [];
  } catch {
    return [];
  }
}
