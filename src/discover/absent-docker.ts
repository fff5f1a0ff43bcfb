/** Why there is no Docker daemon on a host, and what was found in its stead. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, nameOf, type AbsolutePath } from '../paths.ts';
import { printable } from '../text.ts';
import type { Mount } from './mounts.ts';
import type { Process } from './processes.ts';
import { readText } from './small-files.ts';
import { execStart } from './starts.ts';
import { findUserDaemons } from './user-daemons.ts';
import type { Unit } from './units.ts';

const DOCKER = absolutePath('/usr/bin/docker');
const K3S = ['/usr/local/bin/k3s', '/usr/bin/k3s', '/opt/bin/k3s'].map(absolutePath);
const CONTAINERD = ['/usr/bin/containerd', '/usr/local/bin/containerd'].map(absolutePath);

/** podman-docker's script has one line; a whole program is not read through. */
const LONGEST_SCRIPT = 4096;

const MOST_SHOWN = 3;

/** One sentence, for the reason of a verdict. */
export async function explainAbsence(
  host: HostReader,
  units: readonly Unit[],
  running: readonly Process[],
  mounts: readonly Mount[],
): Promise<string> {
  const [podman, users, k3s, containerd] = await Promise.all([
    isPodman(host),
    findUserDaemons(host, mounts),
    firstPresent(host, K3S),
    firstPresent(host, CONTAINERD),
  ]);
  const own = new Set([
    ...running.filter(({ uid }) => uid !== 0).map(({ path }) => path),
    ...users,
  ]);
  const gone = new Set(running.filter(({ uid }) => uid === 0).map(({ path }) => path));
  const others = [
    ...(gone.size > 0 ? [`one runs, but its file is gone (${someOf(gone)})`] : []),
    ...(own.size > 0 ? [`only a person's own (${someOf(own)})`] : []),
    ...(podman ? [`${DOCKER} is podman`] : []),
    ...(k3s ? [`${k3s} runs containers without Docker`] : []),
    ...(containerd ? [`${containerd} is here without it`] : []),
  ];
  return printable([absence(units), ...others].join('; '));
}

/** Anybody may run any number of them. */
function someOf(paths: ReadonlySet<string>): string {
  const shown = [...paths].slice(0, MOST_SHOWN).join(', ');
  return paths.size > MOST_SHOWN ? `${shown} and ${paths.size - MOST_SHOWN} more` : shown;
}

function absence(units: readonly Unit[]): string {
  const unit = units.find(({ name, load }) => name === 'docker.service' && load === 'loaded');
  if (!unit) return 'no Docker daemon: no docker.service, no dockerd here';
  const [program = 'nothing'] = execStart(units, unit.name)?.words ?? [];
  return `no Docker daemon: docker.service starts ${program}, but there is no dockerd here`;
}

/** podman-docker puts a link or a script in the place of the command. Source: Podman 4 and 5. */
async function isPodman(host: HostReader): Promise<boolean> {
  const end = await host.resolve(DOCKER);
  if (end === undefined) return false;
  if (nameOf(end) === 'podman') return true;
  const entry = await host.look(end);
  if (entry?.kind !== 'file' || entry.size > LONGEST_SCRIPT) return false;
  return /^#!.*\n[^]*\bpodman\b/.test((await readText(host, end)) ?? '');
}

async function firstPresent(
  host: HostReader,
  paths: readonly AbsolutePath[],
): Promise<AbsolutePath | undefined> {
  const seen = await Promise.all(paths.map((path) => host.look(path)));
  return paths.find((_, index) => seen[index] !== undefined);
}
