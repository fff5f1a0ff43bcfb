/**
 * What dockerd is told by its file of settings, and where that file is.
 * Source: docs.docker.com, dockerd reference: an option stands in the file or on the command line.
 */

import type { HostReader } from '../host/host.ts';
import { absolutePath, type AbsolutePath } from '../paths.ts';
import { decode } from '../text.ts';
import { chosen, optionPath, soughtAt, type Choice, type Sought } from './sought.ts';
import type { Start } from './starts.ts';

const CONFIG = {
  package: absolutePath('/etc/docker/daemon.json'),
  snap: absolutePath('/var/snap/docker/current/config/daemon.json'),
};
const DATA_ROOT = {
  package: absolutePath('/var/lib/docker'),
  snap: absolutePath('/var/snap/docker/common/var-lib-docker'),
};

/** Of a file that people write; a larger one is none. */
const LARGEST_BYTES = 1024 * 1024;

/** daemon.json of each start. @throws HostFailure */
export async function findDaemonConfig(
  host: HostReader,
  starts: readonly Start[],
): Promise<Sought> {
  return soughtAt(host, starts.map(configOf), "the Docker daemon's settings", false);
}

/** Where each start keeps images, containers and volumes. @throws HostFailure */
export async function findDataRoot(
  host: HostReader,
  starts: readonly Start[],
  recursive: boolean,
): Promise<Sought> {
  const choices = await Promise.all(starts.map((start) => dataRootOf(host, start)));
  return soughtAt(host, choices, 'the data root of Docker', recursive);
}

/** dockerd does not start with an option in both places: which is asked first is all one. */
async function dataRootOf(host: HostReader, start: Start): Promise<Choice> {
  const usual = DATA_ROOT[start.by];
  const option = optionPath(start, ['--data-root', '--graph', '-g'], 'data root', usual);
  if (option?.notes.length === 0) return option;
  const setting = await settingOf(host, start, ['data-root', 'graph'], 'data root', usual);
  return { ...setting, notes: [...(option?.notes ?? []), ...setting.notes] };
}

/** What daemon.json names as the socket of containerd, if it does. */
export async function containerdSetting(
  host: HostReader,
  start: Start,
  otherwise: AbsolutePath,
): Promise<Choice | undefined> {
  const { path } = configOf(start);
  const { values } = await readSettings(host, path);
  const value = values.get('containerd');
  return value === undefined
    ? undefined
    : chosen({ kind: 'given', value }, path, 'socket of containerd', otherwise);
}

function configOf(start: Start): Choice {
  const usual = CONFIG[start.by];
  const option = optionPath(start, ['--config-file'], 'file of settings', usual);
  return option ?? { path: usual, notes: [] };
}

async function settingOf(
  host: HostReader,
  start: Start,
  names: readonly string[],
  what: string,
  otherwise: AbsolutePath,
): Promise<Choice> {
  const { path } = configOf(start);
  const { values, trouble } = await readSettings(host, path);
  const value = names.map((name) => values.get(name)).find((one) => one !== undefined);
  if (value !== undefined) return chosen({ kind: 'given', value }, path, what, otherwise);
  const notes = trouble === undefined ? [] : [`${trouble}: it may name another ${what}`];
  return { path: otherwise, notes };
}

interface Settings {
  /** Those that are text and not empty. */
  readonly values: ReadonlyMap<string, string>;
  /** Why the file could not be read, if so. */
  readonly trouble?: string;
}

async function readSettings(host: HostReader, path: AbsolutePath): Promise<Settings> {
  try {
    const image = await host.read(path);
    if (image === undefined) return { values: new Map() };
    if (image.bytes.length > LARGEST_BYTES)
      return { values: new Map(), trouble: `${path} is too large for a file of settings` };
    return { values: textsOf(JSON.parse(decode(image.bytes).replace(/^\ufeff/, ''))) };
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    return { values: new Map(), trouble: `${path} ${why}` };
  }
}

function textsOf(json: unknown): ReadonlyMap<string, string> {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(json ?? {});
  return new Map(
    entries.flatMap(([key, value]) =>
      typeof value === 'string' && value !== '' ? [[key, value] as const] : [],
    ),
  );
}
