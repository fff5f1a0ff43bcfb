/** What stands at the paths that rules and controls name, now; a world is made of it. */

import type { PathFacts, PlaceKind } from '../audit/world.ts';
import type { Entry, HostReader } from '../host/host.ts';
import { absolutePath, join, nameOf, parentOf, type AbsolutePath } from '../paths.ts';
import { emptyAtBoot, missingAtBoot, mountOf, type Mount } from './mounts.ts';

/** Which paths have to be looked at, by their text and place. */
export type Sight = (text: string, place: AbsolutePath) => boolean;

type Named = readonly (readonly [text: string, facts: PathFacts])[];

/** Looks paths up as the kernel would; what the many rules of one directory share is asked once. */
export async function lookUp(
  host: HostReader,
  texts: ReadonlySet<string>,
  mounts: readonly Mount[],
  sight: Sight,
): Promise<Named> {
  const relative: Named[number][] = [];
  const byParent = new Map<AbsolutePath, { text: string; name: string }[]>();
  for (const text of texts) {
    if (!text.startsWith('/') || text.includes('\0')) {
      relative.push([text, { kind: 'absent', place: undefined }]);
      continue;
    }
    const path = absolutePath(text);
    const parent = parentOf(path);
    const siblings = byParent.get(parent);
    const one = { text, name: nameOf(path) };
    if (siblings === undefined) byParent.set(parent, [one]);
    else siblings.push(one);
  }
  const found = await Promise.all(
    [...byParent].map(([parent, names]) => lookUpIn(host, parent, names, mounts, sight)),
  );
  return [...relative, ...found.flat()];
}

async function lookUpIn(
  host: HostReader,
  parent: AbsolutePath,
  names: readonly { readonly text: string; readonly name: string }[],
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
        ...(mount ? { mount: mount.point } : {}),
        ...(entry?.kind === 'symlink' ? await targetOf(host, place) : {}),
      },
    ]);
  }
  return found;
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

async function resolveDirectory(
  host: HostReader,
  path: AbsolutePath,
): Promise<AbsolutePath | undefined> {
  const resolved = await host.resolve(path);
  if (resolved === undefined) return undefined;
  return (await host.look(resolved))?.kind === 'directory' ? resolved : undefined;
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
