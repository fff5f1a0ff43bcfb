/**
 * What stands at the paths that rules and controls name, now. Paths are walked as the kernel walks
 * them: part by part, each link followed where it stands. Source: path_resolution(7).
 */

import type { PathFacts, PlaceKind } from '../audit/world.ts';
import type { Entry, HostReader } from '../host/host.ts';
import { absolutePath, isAbsolutePath, join, parentOf, type AbsolutePath } from '../paths.ts';
import { emptyAtBoot, missingAtBoot, mountOf, type Mount } from './mounts.ts';

/** Which paths have to be looked at, by their text and place. */
export type Sight = (text: string, place: AbsolutePath) => boolean;

type Named = readonly (readonly [text: string, facts: PathFacts])[];

/** Last component of a path as a rule names it. */
interface Name {
  readonly text: string;
  readonly name: string;
  /** Where it is, if no link leads elsewhere. */
  readonly path: AbsolutePath;
}

/** What rules name in one directory. */
interface Siblings {
  readonly parent: AbsolutePath;
  readonly names: Name[];
}

/**
 * Looks paths up as the kernel would; what the many rules of one directory share is asked once.
 * @throws HostFailure
 */
export async function lookUp(
  host: HostReader,
  texts: Iterable<string>,
  mounts: readonly Mount[],
  sight: Sight,
): Promise<Named> {
  const nowhere: Named[number][] = [];
  const byParent = new Map<string, Siblings>();
  for (const text of texts) {
    const path = isAbsolutePath(text) ? text : await walk(host, text);
    if (path === undefined) {
      nowhere.push([text, { kind: 'absent', place: undefined }]);
      continue;
    }
    const end = path.lastIndexOf('/');
    const above = path.slice(0, end);
    const one = { text, name: path.slice(end + 1), path };
    const siblings = byParent.get(above);
    if (siblings === undefined) byParent.set(above, { parent: parentOf(path), names: [one] });
    else siblings.names.push(one);
  }
  const found = await Promise.all(
    [...byParent.values()].map((siblings) => lookUpIn(host, siblings, mounts, sight)),
  );
  return [...nowhere, ...found.flat()];
}

async function lookUpIn(
  host: HostReader,
  { parent, names }: Siblings,
  mounts: readonly Mount[],
  sight: Sight,
): Promise<Named> {
  const { directory, boot } = await lookUpDirectory(host, parent, mounts);
  if (directory === undefined)
    return names.map(({ text }) => [text, { kind: 'absent', place: undefined, ...boot }]);
  const around = mountOf(directory, mounts);
  const found: Named[number][] = [];
  for (const { text, name, path } of names) {
    const place = directory === parent ? path : join(directory, name);
    if (!sight(text, place)) {
      found.push([text, { ...boot, kind: 'unseen', place }]);
      continue;
    }
    const entry = await host.look(place);
    const mount = mounts.findLast(({ point }) => point === place) ?? around;
    found.push([
      text,
      {
        ...boot,
        kind: kindOf(entry),
        place,
        ...(entry ? { device: entry.device, identity: `${entry.device}:${entry.inode}` } : {}),
        ...(entry?.kind === 'directory' && entry.bornAt
          ? { bornAt: entry.bornAt.toISOString() }
          : {}),
        ...(mount ? { mount: mount.point } : {}),
        ...(entry?.kind === 'symlink' ? await targetOf(host, place) : {}),
      },
    ]);
  }
  return found;
}

/**
 * The path that `text` means, its last component not followed. A text that climbs by `..` is walked;
 * undefined if a part that it climbs from is no directory, or if it is no path.
 */
async function walk(host: HostReader, text: string): Promise<AbsolutePath | undefined> {
  if (!text.startsWith('/') || text.includes('\0')) return undefined;
  if (!/\/\.\.(?:\/|$)/.test(text)) return absolutePath(text);
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  const last = parts.at(-1) === '..' ? undefined : parts.pop();
  let here = absolutePath('/');
  for (const part of parts) {
    const next = part === '..' ? parentOf(here) : await resolveDirectory(host, join(here, part));
    if (next === undefined) return undefined;
    here = next;
  }
  return last === undefined ? here : join(here, last);
}

/** A directory in which rules name entries. */
export interface FoundDirectory {
  /** Links resolved; undefined if no directory is there. */
  readonly directory: AbsolutePath | undefined;
  /** What is late of its entries when rules load at boot. */
  readonly boot: Pick<PathFacts, 'missingAtBoot' | 'absentAtBoot'>;
}

/** @throws HostFailure */
export async function lookUpDirectory(
  host: HostReader,
  path: AbsolutePath,
  mounts: readonly Mount[],
): Promise<FoundDirectory> {
  const directory = await resolveDirectory(host, path);
  return { directory, boot: bootFacts(directory ?? path, mounts) };
}

/** `path` with every link followed, if a directory is there. */
async function resolveDirectory(
  host: HostReader,
  path: AbsolutePath,
): Promise<AbsolutePath | undefined> {
  const resolved = await host.resolve(path);
  if (resolved === undefined) return undefined;
  return (await host.look(resolved))?.kind === 'directory' ? resolved : undefined;
}

function bootFacts(parent: AbsolutePath, mounts: readonly Mount[]): FoundDirectory['boot'] {
  const late = missingAtBoot(parent, mounts);
  if (late !== undefined) return { missingAtBoot: late };
  const empty = emptyAtBoot(parent, mounts);
  return empty === undefined ? {} : { absentAtBoot: empty };
}

async function targetOf(host: HostReader, link: AbsolutePath): Promise<Pick<PathFacts, 'target'>> {
  const place = await host.resolve(link);
  if (place === undefined) return {};
  return { target: { kind: kindOf(await host.look(place)), place } };
}

function kindOf(entry: Entry | undefined): PlaceKind {
  if (entry === undefined) return 'absent';
  return entry.kind === 'file' || entry.kind === 'directory' || entry.kind === 'symlink'
    ? entry.kind
    : 'other';
}
