/** Paths as they are watched: one spelling for one file, links and what they lead to. */

import type { Control } from '../controls/control.ts';
import type { HostReader } from '../host/host.ts';
import { absolutePath, join, nameOf, parentOf, type AbsolutePath } from '../paths.ts';
import { byteLength, printable } from '../text.ts';
import type { Target } from './facts.ts';

/** Of auditctl, audit 3.0 to 4.2: longer paths and names are refused. */
const LONGEST_PATH_BYTES = 4095;
const LONGEST_NAME_BYTES = 255;

/** `text` as a path that a rule can name and a person can read; undefined if it is none, or `/`. */
export function watchable(text: string): AbsolutePath | undefined {
  if (!text.startsWith('/') || printable(text) !== text) return undefined;
  const path = absolutePath(text);
  const names = path.split('/');
  const fits =
    byteLength(path) <= LONGEST_PATH_BYTES &&
    names.every((name) => byteLength(name) <= LONGEST_NAME_BYTES);
  return path !== '/' && fits ? path : undefined;
}

/**
 * A watch does not follow a final link: then the link and what it leads to are watched.
 * `recursive` asks for what lies below, if a directory is there. Empty if no rule can name it.
 */
export async function followed(
  host: HostReader,
  path: AbsolutePath,
  why: string,
  recursive: boolean,
): Promise<readonly Target[]> {
  const place = await canonical(host, path);
  if (watchable(place) === undefined) return [];
  const entry = await host.look(place);
  const target = { path: place, required: true, recursive: false, why };
  if (entry?.kind !== 'symlink')
    return [{ ...target, recursive: recursive && entry?.kind === 'directory' }];
  const end = await host.resolve(place);
  if (end === undefined) return [target];
  const isTree = recursive && (await host.look(end))?.kind === 'directory';
  const link = { ...target, why: `${why}, a link` };
  if (watchable(end) === undefined) return [link];
  const beyond = { ...target, path: end, recursive: isTree };
  return [link, { ...beyond, why: `${why}, where the link leads` }];
}

/** One spelling for one file: the parent's links resolved, the last component kept. */
export async function canonical(host: HostReader, path: AbsolutePath): Promise<AbsolutePath> {
  const parent = await host.resolve(parentOf(path));
  return parent ? join(parent, nameOf(path)) : path;
}

/** Whether the directory of `path` is there: without it a rule stops the load. */
export async function hasDirectory(host: HostReader, path: AbsolutePath): Promise<boolean> {
  const parent = await host.resolve(parentOf(path));
  return parent !== undefined && (await host.look(parent))?.kind === 'directory';
}

/** Each path once, in the order of its first; what one of its targets asks for is asked for. */
export function distinct(targets: readonly Target[]): readonly Target[] {
  const found = new Map<AbsolutePath, Target>();
  for (const target of targets) {
    const known = found.get(target.path);
    found.set(target.path, {
      ...(known ?? target),
      required: target.required || known?.required === true,
      recursive: target.recursive || known?.recursive === true,
    });
  }
  return [...found.values()];
}

/**
 * The benchmark's own path as a target that is not required, where it names another file than
 * `targets`: outside scanners compare its text. A unit has one only if a file of its own is there.
 */
export async function literalTarget(
  host: HostReader,
  control: Control,
  targets: readonly Target[],
): Promise<readonly Target[]> {
  const path = await canonical(host, control.literalPath);
  if (targets.some((target) => target.path === path)) return [];
  if (!(await hasDirectory(host, path))) return [];
  if (control.place.kind === 'unit' && (await host.look(path)) === undefined) return [];
  const why = "the benchmark's own path: outside scanners compare its text";
  return [{ path, required: false, recursive: control.recursive, why }];
}
