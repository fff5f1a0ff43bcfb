/** Where a control's place is on this host, or why there is none. */

import type { Control } from '../controls/control.ts';
import type { HostReader } from '../host/host.ts';
import {
  absolutePath,
  isAbsolutePath,
  join,
  nameOf,
  parentOf,
  type AbsolutePath,
} from '../paths.ts';
import type { FoundPlace, Target } from './facts.ts';
import { readLine } from './small-files.ts';
import type { Unit } from './units.ts';

/** Where packages put dockerd: docker-ce, Debian, by hand, snap. */
const KNOWN_DAEMONS = [
  '/usr/bin/dockerd',
  '/usr/sbin/dockerd',
  '/usr/local/bin/dockerd',
  '/usr/local/sbin/dockerd',
  '/snap/docker/current/bin/dockerd',
].map(absolutePath);

export interface PlaceOptions {
  /** Watch a place before it exists. */
  readonly includeAbsent: boolean;
}

/** @throws HostFailure */
export async function findPlace(
  host: HostReader,
  control: Control,
  units: readonly Unit[],
  options: PlaceOptions,
): Promise<FoundPlace> {
  const found =
    control.place.kind === 'daemon'
      ? await findDaemon(host, control, units)
      : control.place.kind === 'unit'
        ? await findUnit(host, control.place.unit, units)
        : ({ kind: 'notApplicable', reason: 'this kind of place is not looked for' } as const);
  if (found.kind === 'found' || !options.includeAbsent) return found;
  const why = "watched before it exists: the benchmark's own path";
  const path = await canonical(host, control.literalPath);
  const targets = [{ path, required: true, recursive: false, why }];
  return { kind: 'found', targets, notes: [found.reason] };
}

async function findUnit(
  host: HostReader,
  name: string,
  units: readonly Unit[],
): Promise<FoundPlace> {
  const unit = units.find((one) => one.name === name);
  if (!unit || unit.load === 'absent')
    return { kind: 'notApplicable', reason: `this host has no unit ${name}` };
  if (unit.load === 'masked') {
    const by = unit.fragment ? ` (${unit.fragment})` : '';
    return { kind: 'notApplicable', reason: `${name} is masked${by}, so nothing starts by it` };
  }
  if (!unit.fragment)
    return {
      kind: 'notApplicable',
      reason: `systemd knows ${name} without a file (no FragmentPath)`,
    };
  const targets = await followed(host, unit.fragment, `the unit file of ${name} on this host`);
  const notes = unit.dropIns.map(
    (path) => `${path} also configures ${name}; no control watches it`,
  );
  return { kind: 'found', targets, notes, unitFile: unit.fragment };
}

async function findDaemon(
  host: HostReader,
  control: Control,
  units: readonly Unit[],
): Promise<FoundPlace> {
  const daemon = await locateDaemon(host, units);
  if (!daemon)
    return {
      kind: 'notApplicable',
      reason: 'no Docker daemon: no docker.service, no dockerd here',
    };
  const real = await followed(host, daemon.path, `the Docker daemon on this host (${daemon.how})`);
  const literal = await canonical(host, control.literalPath);
  const known = real.some(({ path }) => path === literal);
  const why = "the benchmark's own path: outside scanners compare its text";
  return {
    kind: 'found',
    targets: known ? real : [...real, { path: literal, required: false, recursive: false, why }],
    notes: [],
  };
}

interface Located {
  readonly path: AbsolutePath;
  readonly how: string;
}

async function locateDaemon(
  host: HostReader,
  units: readonly Unit[],
): Promise<Located | undefined> {
  return (
    (await fromUnit(host, units)) ?? (await fromProcess(host)) ?? (await fromKnownPlaces(host))
  );
}

async function fromUnit(host: HostReader, units: readonly Unit[]): Promise<Located | undefined> {
  const unit = units.find(({ name, load }) => name === 'docker.service' && load === 'loaded');
  const [program = ''] = unit?.commands.get('ExecStart')?.at(-1)?.split(/\s+/) ?? [];
  if (!isAbsolutePath(program) || !nameOf(program).startsWith('dockerd')) return undefined;
  return (await host.look(program))
    ? { path: program, how: 'ExecStart of docker.service' }
    : undefined;
}

async function fromProcess(host: HostReader): Promise<Located | undefined> {
  const pid = await readLine(host, absolutePath('/run/docker.pid'));
  if (!/^\d+$/.test(pid)) return undefined;
  const executable = (await host.look(absolutePath(`/proc/${pid}/exe`)))?.target;
  // A replaced executable still runs: the kernel appends a word to its name.
  const path = executable?.replace(/ \(deleted\)$/, '') ?? '';
  if (!isAbsolutePath(path) || nameOf(path) !== 'dockerd') return undefined;
  return { path, how: `process ${pid}` };
}

async function fromKnownPlaces(host: HostReader): Promise<Located | undefined> {
  for (const path of KNOWN_DAEMONS)
    if (await host.look(path)) return { path, how: 'a place where packages put it' };
  return undefined;
}

/** A watch does not follow a final link: then the link and what it leads to are watched. */
async function followed(
  host: HostReader,
  path: AbsolutePath,
  why: string,
): Promise<readonly Target[]> {
  const place = await canonical(host, path);
  const target = { path: place, required: true, recursive: false, why };
  if ((await host.look(place))?.kind !== 'symlink') return [target];
  const end = await host.resolve(place);
  return end
    ? [
        { ...target, why: `${why}, a link` },
        { path: end, required: true, recursive: false, why: `${why}, where the link leads` },
      ]
    : [target];
}

/** One spelling for one file: the parent's links resolved, the last component kept. */
async function canonical(host: HostReader, path: AbsolutePath): Promise<AbsolutePath> {
  const parent = await host.resolve(parentOf(path));
  return parent ? join(parent, nameOf(path)) : path;
}
