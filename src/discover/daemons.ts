/** Each dockerd of a host: what its unit starts, what runs, and what lies where packages put it. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, join, type AbsolutePath } from '../paths.ts';
import { isDockerd, type Process } from './processes.ts';
import { originOf, PROGRAM_DIRECTORIES, programOf } from './starts.ts';
import { canonical, watchable } from './targets.ts';
import { isHome } from './user-daemons.ts';
import type { Unit } from './units.ts';

/** A dockerd that is to be watched, in one spelling. */
export interface Daemon {
  readonly path: AbsolutePath;
  /** How it was found, for a person. */
  readonly how: string;
}

/** Where snapd mounts Docker's snap: with the link /snap of Debian and Ubuntu, and without. */
export const SNAP_DIRECTORIES = [
  '/snap/docker/current/bin',
  '/var/lib/snapd/snap/docker/current/bin',
].map(absolutePath);

/** A file of two spellings once, told by the first way to find it. @throws HostFailure */
export async function findDaemons(
  host: HostReader,
  units: readonly Unit[],
  running: readonly Process[],
): Promise<readonly Daemon[]> {
  const started = programOf(units, 'docker.service');
  const candidates: readonly Daemon[] = [
    ...(started && isDockerd(started)
      ? [{ path: started, how: 'ExecStart of docker.service' }]
      : []),
    ...running.filter(isOfHost).map(({ path }) => ({ path, how: 'it runs' })),
    ...PROGRAM_DIRECTORIES.map((directory) => inDirectory(directory, 'where packages put it')),
    ...SNAP_DIRECTORIES.map((directory) => inDirectory(directory, 'the Docker snap')),
  ];
  const present = await Promise.all(
    candidates.map(async ({ path, how }) =>
      watchable(path) !== undefined && (await isProgram(host, path))
        ? [{ path: await canonical(host, path), how }]
        : [],
    ),
  );
  const found = new Map<AbsolutePath, Daemon>();
  for (const daemon of present.flat()) found.set(daemon.path, found.get(daemon.path) ?? daemon);
  return [...found.values()];
}

/** What a person runs from a home is that person's; what root runs is the host's. */
function isOfHost({ path, uid }: Process): boolean {
  return uid === 0 || !isHome(path);
}

function inDirectory(directory: AbsolutePath, how: string): Daemon {
  return { path: join(directory, 'dockerd'), how };
}

/** Whether a file stands at `path`, links followed. @throws HostFailure */
export async function isProgram(host: HostReader, path: AbsolutePath): Promise<boolean> {
  const end = await host.resolve(path);
  return end !== undefined && (await host.look(end))?.kind === 'file';
}

/** What a person should know of daemons that a rule cannot say. */
export function notesOn(
  daemons: readonly Daemon[],
  units: readonly Unit[],
  running: readonly Process[],
): readonly string[] {
  const started = programOf(units, 'docker.service');
  const isWrapped = started !== undefined && !isDockerd(started);
  const snap = daemons.find(({ path }) => originOf(path) === 'snap');
  const isRootless = running.some(({ uid }) => uid !== 0);
  return [
    ...(isWrapped
      ? [`docker.service starts ${started}: which dockerd that runs, it does not say`]
      : []),
    ...(snap
      ? [`each revision of the Docker snap brings a new file: a rule on ${snap.path} ends with it`]
      : []),
    ...(isRootless ? ["a user runs dockerd rootless: its data lies in that user's home"] : []),
  ];
}
