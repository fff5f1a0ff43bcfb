/**
 * What stands at the paths that rules and controls name, now. Paths are walked as the kernel walks
 * them: part by part, each link followed where it stands. Source: path_resolution(7).
 */

import type { PathFacts, PlaceKind } from '../audit/world.ts';
import type { Entry, HostReader } from '../host/host.ts';
import { absolutePath, join, nameOf, parentOf, type AbsolutePath } from '../paths.ts';
import { emptyAtBoot, missingAtBoot, mountOf, type Mount } from './mounts.ts';

/** Which paths have to be looked at, by their text and place. */
export type Sight = (text: string, place: AbsolutePath) => boolean;

type Named = readonly (readonly [text: string, facts: PathFacts])[];

/** Last component of a path as a rule names it. */
interface Name {
  readonly text: string;
  readonly name: string;
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
  const byParent = new Map<AbsolutePath, Name[]>();
  for (const text of texts) {
    const asked = isPath(text) ? await split(host, text) : undefined;
    if (asked === undefined) {
      nowhere.push([text, { kind: 'absent', place: undefined }]);
      continue;
    }
    const siblings = byParent.get(asked.parent);
    const one = { text, name: asked.name };
    if (siblings === undefined) byParent.set(asked.parent, [one]);
    else siblings.push(one);
  }
  const found = await Promise.all(
    [...byParent].map(([parent, names]) => lookUpIn(host, parent, names, mounts, sight)),
  );
  return [...nowhere, ...found.flat()];
}

function isPath(text: string): boolean {
  return text.startsWith('/') && !text.includes('\0');
}

async function lookUpIn(
  host: HostReader,
  parent: AbsolutePath,
  names: readonly Name[],
  mounts: readonly Mount[],
  sight: Sight,
): Promise<Named> {
  const directory = await resolveDirectory(host, parent);
  const boot = bootFacts(directory ?? parent, mounts);
  if (directory === undefined)
    return names.map(({ text }) => [text, { kind: 'absent', place: undefined, ...boot }]);
  const around = mountOf(directory, mounts);
  const found: Named[number][] = [];
  for (const { text, name } of names) {
    const place = join(directory, name);
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

/** Parent and last component of a path as a rule names it. */
interface Split {
  /** As given, or walked where the text climbs by `..`, which text alone cannot follow. */
  readonly parent: AbsolutePath;
  readonly name: string;
}

/** Where the path `text` ends; undefined if a part that it climbs from is no directory. */
function split(host: HostReader, text: string): Split | Promise<Split | undefined> {
  if (/\/\.\.(?:\/|$)/.test(text)) return climb(host, text);
  const path = absolutePath(text);
  return { parent: parentOf(path), name: nameOf(path) };
}

async function climb(host: HostReader, text: string): Promise<Split | undefined> {
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

/** `path` with every link followed, if a directory is there. */
async function resolveDirectory(
  host: HostReader,
  path: AbsolutePath,
): Promise<AbsolutePath | undefined> {
  const resolved = await host.resolve(path);
  if (resolved === undefined) return undefined;
  return (await host.look(resolved))?.kind === 'directory' ? resolved : undefined;
}

function bootFacts(
  parent: AbsolutePath,
  mounts: readonly Mount[],
): Pick<PathFacts, 'missingAtBoot' | 'absentAtBoot'> {
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
