/** Each copy of a program: packages of one host may bring several, as Ubuntu 24.04 does of runc. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, join, nameOf, type AbsolutePath } from '../paths.ts';
import { isProgram, SNAP_DIRECTORIES } from './daemons.ts';
import { DOCKER_UNITS, type Docker } from './docker.ts';
import type { Sought } from './sought.ts';
import { originOf, PROGRAM_DIRECTORIES, programOf } from './starts.ts';
import { distinct, followed, watchable } from './targets.ts';
import type { Unit } from './units.ts';

/** Shims of containerd 1 that containerd 2 no longer brings. Source: containerd 2.0, release notes. */
const SHIM = 'containerd-shim-runc-v2';
const OLD_SHIMS = ['containerd-shim', 'containerd-shim-runc-v1'];

/** @throws HostFailure */
export async function findProgram(
  host: HostReader,
  name: string,
  units: readonly Unit[],
  docker: Docker,
): Promise<Sought> {
  const candidates = [
    ...PROGRAM_DIRECTORIES.map((directory) => join(directory, name)),
    ...DOCKER_UNITS.map((unit) => programOf(units, unit)),
    ...snapCopies(name, docker),
  ];
  const named = candidates.filter(
    (path) => path !== undefined && nameOf(path) === name && watchable(path) !== undefined,
  );
  const found = await Promise.all(
    named.map(async (path) =>
      path && (await isProgram(host, path))
        ? followed(host, path, `${name} on this host`, false)
        : [],
    ),
  );
  const targets = distinct(found.flat());
  if (targets.length > 0) return { kind: 'found', targets, notes: [] };
  return { kind: 'notApplicable', reason: await absence(host, name) };
}

function snapCopies(name: string, docker: Docker): readonly AbsolutePath[] {
  const isSnap = docker.daemons.some(({ path }) => originOf(path) === 'snap');
  return isSnap ? SNAP_DIRECTORIES.map((directory) => join(directory, name)) : [];
}

async function absence(host: HostReader, name: string): Promise<string> {
  const reason = `this host has no ${name} in ${PROGRAM_DIRECTORIES.join(', ')}`;
  const shim = absolutePath(`/usr/bin/${SHIM}`);
  const isNewer = OLD_SHIMS.includes(name) && (await isProgram(host, shim));
  return isNewer ? `${reason}: containerd 2 brings ${SHIM} alone` : reason;
}
