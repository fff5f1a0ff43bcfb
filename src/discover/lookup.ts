/**
 * Paths as the kernel walks them: part by part, each link followed where it stands.
 * Source: path_resolution(7).
 */

import type { HostReader } from '../host/host.ts';
import { absolutePath, join, nameOf, parentOf, type AbsolutePath } from '../paths.ts';

/** Parent and last component of a path as a rule names it. */
export interface Split {
  /** As given, or walked where the text climbs by `..`, which text alone cannot follow. */
  readonly parent: AbsolutePath;
  readonly name: string;
}

/** `path` with every link followed, if a directory is there. @throws HostFailure */
export async function resolveDirectory(
  host: HostReader,
  path: AbsolutePath,
): Promise<AbsolutePath | undefined> {
  const resolved = await host.resolve(path);
  if (resolved === undefined) return undefined;
  return (await host.look(resolved))?.kind === 'directory' ? resolved : undefined;
}

/** Where the absolute path `text` ends; undefined if a part that it climbs from is no directory. */
export async function split(host: HostReader, text: string): Promise<Split | undefined> {
  if (!/\/\.\.(?:\/|$)/.test(text)) {
    const path = absolutePath(text);
    return { parent: parentOf(path), name: nameOf(path) };
  }
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  const last = parts.at(-1) === '..' ? '' : (parts.pop() ?? '');
  let here = absolutePath('/');
  for (const part of parts) {
    const next = part === '..' ? parentOf(here) : await resolveDirectory(host, join(here, part));
    if (next === undefined) return undefined;
    here = next;
  }
  return last === ''
    ? { parent: parentOf(here), name: nameOf(here) }
    : { parent: here, name: last };
}
