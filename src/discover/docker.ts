/** What Docker is on this host: its daemons, how they are started, and why there are none. */

import type { HostReader } from '../host/host.ts';
import { explainAbsence } from './absent-docker.ts';
import { findDaemons, notesOn, type Daemon } from './daemons.ts';
import type { Mount } from './mounts.ts';
import { readProcesses, type DockerProcess } from './processes.ts';
import { containerdStarts, dockerdStarts, type Start } from './starts.ts';
import type { Unit } from './units.ts';

/** What snapd starts Docker's snap by. */
export const SNAP_UNIT = 'snap.docker.dockerd.service';

/** Units that say how Docker and its containerd are started. */
export const DOCKER_UNITS = ['docker.service', 'docker.socket', 'containerd.service', SNAP_UNIT];

/** Seen once, for all places. */
export interface Docker {
  /** By pid; none where only files were read. */
  readonly processes: readonly DockerProcess[];
  readonly daemons: readonly Daemon[];
  /** Of dockerd; empty where there is none. */
  readonly starts: readonly Start[];
  /** Of the host's containerd; empty where nothing tells of one. */
  readonly containerdStarts: readonly Start[];
  /** Why there is no dockerd, and what was found instead. */
  readonly absence: string | undefined;
  /** What a person should know about the daemons. */
  readonly notes: readonly string[];
}

/** @param live whether processes are looked at: an image has none. @throws HostFailure */
export async function readDocker(
  host: HostReader,
  units: readonly Unit[],
  mounts: readonly Mount[],
  live: boolean,
): Promise<Docker> {
  const processes = live ? await readProcesses(host) : [];
  const running = processes.filter(({ program }) => program === 'dockerd');
  const daemons = await findDaemons(host, units, running);
  return {
    processes: processes.map(({ line: _line, uid: _uid, ...seen }) => seen),
    daemons,
    starts: dockerdStarts(daemons, units, running),
    containerdStarts: containerdStarts(units, processes),
    absence: daemons.length > 0 ? undefined : await explainAbsence(host, units, running, mounts),
    notes: notesOn(daemons, units, running),
  };
}
