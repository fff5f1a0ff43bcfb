/** Each dockerd of a host: what its unit starts, what runs, and what lies where packages put it. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, join, parentOf, type AbsolutePath } from '../paths.ts';
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

/** Bits of the group and of everybody. */
const WRITABLE_BY_OTHERS = 0o022;

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
    ...(await runningDaemons(host, running)),
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

/**
 * What root runs, and what lies where only root can put it. Anybody may call a program dockerd and
 * run it: what such a person owns is that person's.
 */
async function runningDaemons(
  host: HostReader,
  running: readonly Process[],
): Promise<readonly Daemon[]> {
  const found = await Promise.all(
    running.map(async ({ path, uid }) => {
      const isOfHost = uid === 0 || (!isHome(path) && (await isRootsOwn(host, path)));
      return isOfHost ? [{ path, how: 'it runs' }] : [];
    }),
  );
  return found.flat();
}

/** Whether only root can change the file and put another in its place. */
async function isRootsOwn(host: HostReader, path: AbsolutePath): Promise<boolean> {
  const entries = await Promise.all([path, parentOf(path)].map((one) => host.look(one)));
  return entries.every((entry) => entry?.uid === 0 && (entry.mode & WRITABLE_BY_OTHERS) === 0);
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
