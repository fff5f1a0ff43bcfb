/** Where a control's place is on this host, or why there is none. */

import type { Control, Place, Section } from '../controls/control.ts';
import type { HostReader } from '../host/host.ts';
import { printable } from '../text.ts';
import { findContainerdConfig, findContainerdSocket } from './containerd.ts';
import { findProgram } from './copies.ts';
import { findDaemonConfig, findDataRoot } from './daemon-settings.ts';
import { SNAP_UNIT, type Docker } from './docker.ts';
import type { FoundPlace, Target } from './facts.ts';
import { soughtAt, type Sought } from './sought.ts';
import { canonical, distinct, followed, hasDirectory, literalTarget } from './targets.ts';
import type { Unit } from './units.ts';

export interface PlaceOptions {
  /** Watch a place before it exists. */
  readonly includeAbsent: boolean;
}

/** What was seen already, for all places. */
export interface Surroundings {
  readonly units: readonly Unit[];
  readonly docker: Docker;
}

/** The control's own place, and what its section names beside it. @throws HostFailure */
export async function findPlace(
  host: HostReader,
  { control, also }: Section,
  seen: Surroundings,
  options: PlaceOptions,
): Promise<FoundPlace> {
  const sought = await Promise.all(
    [control.place, ...also].map((place) => seekFor(host, place, control, seen)),
  );
  const [own, ...others] = options.includeAbsent
    ? await Promise.all(sought.map((one, index) => awaited(host, one, control, index === 0)))
    : sought;
  const all = own ? [own, ...others] : others;
  const targets = distinct(all.flatMap((one) => (one.kind === 'found' ? one.targets : [])));
  const notes = all
    .flatMap((one) => (one.kind === 'found' ? one.notes : [one.reason]))
    .map(printable);
  if (targets.length === 0)
    return { kind: 'notApplicable', reason: notes.join('; ') || 'no rule can name its path' };
  const literal = own?.kind === 'found' ? await literalTarget(host, control, targets) : [];
  const unitFile = own?.kind === 'found' ? own.unitFile : undefined;
  return {
    kind: 'found',
    targets: [...targets, ...literal],
    notes,
    ...(unitFile === undefined ? {} : { unitFile }),
  };
}

/** containerd, runc and the like belong to others where no Docker daemon is. */
async function seekFor(
  host: HostReader,
  place: Place,
  control: Control,
  seen: Surroundings,
): Promise<Sought> {
  const { absence } = seen.docker;
  if (control.needsDocker && absence !== undefined) return without(absence);
  return seek(host, place, control, seen);
}

async function seek(
  host: HostReader,
  place: Place,
  { recursive }: Control,
  { units, docker }: Surroundings,
): Promise<Sought> {
  const { absence } = docker;
  switch (place.kind) {
    case 'daemon':
      return absence === undefined ? watchDaemons(host, docker) : without(absence);
    case 'unit':
      return findUnit(host, place.unit, units);
    case 'program':
      return findProgram(host, place.name, units, docker);
    case 'dataRoot':
      return absence === undefined
        ? findDataRoot(host, docker.starts, recursive)
        : without(absence);
    case 'daemonConfig':
      return absence === undefined ? findDaemonConfig(host, docker.starts) : without(absence);
    case 'containerdConfig':
      return findContainerdConfig(host, docker);
    case 'containerdSocket':
      return findContainerdSocket(host, docker);
    case 'path':
      return soughtAt(
        host,
        [{ path: place.path, notes: [] }],
        'the path that the control names',
        recursive,
      );
    default:
      return place satisfies never;
  }
}

function without(reason: string): Sought {
  return { kind: 'notApplicable', reason };
}

async function watchDaemons(host: HostReader, { daemons, notes }: Docker): Promise<Sought> {
  const found = await Promise.all(
    daemons.map(({ path, how }) =>
      followed(host, path, `the Docker daemon on this host (${how})`, false),
    ),
  );
  return { kind: 'found', targets: distinct(found.flat()), notes };
}

async function findUnit(host: HostReader, name: string, units: readonly Unit[]): Promise<Sought> {
  const unit = units.find((one) => one.name === name);
  if (!unit || unit.load === 'absent') {
    const isSnap = name.startsWith('docker.') && isLoaded(units, SNAP_UNIT);
    const others = isSnap ? `: the Docker snap has ${SNAP_UNIT} alone` : '';
    return without(`this host has no unit ${name}${others}`);
  }
  if (unit.load === 'masked') {
    const by = unit.fragment ? ` (${unit.fragment})` : '';
    return without(`${name} is masked${by}, so nothing starts by it`);
  }
  if (!unit.fragment) return without(`systemd knows ${name} without a file (no FragmentPath)`);
  const why = `the unit file of ${name} on this host`;
  const targets = await followed(host, unit.fragment, why, false);
  const notes = unit.dropIns.map(
    (path) => `${path} also configures ${name}; no control watches it`,
  );
  return { kind: 'found', targets, notes, unitFile: unit.fragment };
}

function isLoaded(units: readonly Unit[], name: string): boolean {
  return units.some((unit) => unit.name === name && unit.load === 'loaded');
}

/** What is absent as a target all the same, if its directory is there: else its rule stops a load. */
async function awaited(
  host: HostReader,
  sought: Sought,
  control: Control,
  isOwn: boolean,
): Promise<Sought> {
  if (sought.kind === 'found') return sought;
  const wanted = sought.absent ?? (isOwn ? control.literalPath : undefined);
  if (wanted === undefined) return sought;
  const path = await canonical(host, wanted);
  if (!(await hasDirectory(host, path)))
    return { ...sought, reason: `${sought.reason}; the directory of ${wanted} is missing, too` };
  const isLiteral = path === (await canonical(host, control.literalPath));
  const why = `watched before it exists${isLiteral ? ": the benchmark's own path" : ''}`;
  const target: Target = { path, required: true, recursive: control.recursive, why };
  return { kind: 'found', targets: [target], notes: [sought.reason] };
}
