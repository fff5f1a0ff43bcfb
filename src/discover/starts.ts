/** How dockerd and containerd run, or would be started: by what runs, else by what their units say. */

import { absolutePath, isAbsolutePath, isWithin, type AbsolutePath } from '../paths.ts';
import { NO_WORDS, unitLine, type CommandLine } from './command-line.ts';
import type { Daemon } from './daemons.ts';
import { isDockerd, type Process } from './processes.ts';
import type { Unit } from './units.ts';

/** One way in which a daemon runs, or would be started. */
export interface Start {
  /** In words, such as `docker.service`. */
  readonly who: string;
  readonly line: CommandLine;
  readonly by: 'package' | 'snap';
}

/** Where packages and people put programs. */
export const PROGRAM_DIRECTORIES = [
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
].map(absolutePath);

const SNAPS = ['/snap', '/var/lib/snapd'].map(absolutePath);

/** The last `ExecStart` of a unit; undefined if it is not loaded or has none. */
export function execStart(units: readonly Unit[], name: string): CommandLine | undefined {
  const unit = units.find((one) => one.name === name && one.load === 'loaded');
  const line = unit?.commands.get('ExecStart')?.at(-1);
  return line === undefined ? undefined : unitLine(line);
}

/** What the `ExecStart` of a unit runs, if it says so with a whole path. */
export function programOf(units: readonly Unit[], name: string): AbsolutePath | undefined {
  const [program = ''] = execStart(units, name)?.words ?? [];
  return isAbsolutePath(program) ? program : undefined;
}

/** A daemon that root runs is as it was started; what is not running would be as its unit says. */
export function dockerdStarts(
  daemons: readonly Daemon[],
  units: readonly Unit[],
  running: readonly Process[],
): readonly Start[] {
  const known = running.filter(isTelling).map(startOf);
  const waits = (by: Start['by']): boolean =>
    !known.some((start) => start.by === by) && daemons.some(({ path }) => originOf(path) === by);
  const program = programOf(units, 'docker.service');
  const line = program && isDockerd(program) ? execStart(units, 'docker.service') : undefined;
  const waiting: readonly Start[] = [
    { who: 'docker.service', line: line ?? NO_WORDS, by: 'package' },
    { who: 'the Docker snap', line: NO_WORDS, by: 'snap' },
  ];
  return [...known, ...waiting.filter(({ by }) => waits(by))];
}

/** Of the host's own containerd: k3s and others run one of theirs, from another place. */
export function containerdStarts(
  units: readonly Unit[],
  processes: readonly Process[],
): readonly Start[] {
  const named = programOf(units, 'containerd.service');
  const running = processes.filter(
    (one) =>
      one.program === 'containerd' &&
      isTelling(one) &&
      (one.path === named ||
        PROGRAM_DIRECTORIES.some((directory) => isWithin(one.path, directory))),
  );
  if (running.length > 0) return running.map(startOf);
  const line = execStart(units, 'containerd.service');
  return line === undefined ? [] : [{ who: 'containerd.service', line, by: 'package' }];
}

/** Of root, and not about to end: such a process has no words any more. */
function isTelling({ uid, line }: Process): boolean {
  return uid === 0 && line.words.length > 0;
}

function startOf({ program, path, line }: Process): Start {
  return { who: `the running ${program}`, line, by: originOf(path) };
}

/** Whether snapd mounts the file, so that it changes its place with each revision. */
export function originOf(path: AbsolutePath): Start['by'] {
  return SNAPS.some((snap) => isWithin(path, snap)) ? 'snap' : 'package';
}
