/** The rule files that the host's loader reads. */

import { loadOrder } from '../audit/order.ts';
import type { Entry, HostReader } from '../host/host.ts';
import { absolutePath, join, type AbsolutePath } from '../paths.ts';
import { decode } from '../text.ts';
import type { Mechanism, RulesFile, Shelf } from './facts.ts';
import { AUDIT_DIRECTORY, RULES_DIRECTORY } from './mechanism.ts';
import { mountOf, type Mount } from './mounts.ts';

export interface RulesFiles {
  readonly files: readonly RulesFile[];
  readonly entries: ReadonlyMap<AbsolutePath, Entry>;
  readonly shelf: Shelf;
  readonly notes: readonly string[];
}

/** In load order. augenrules passes over what it cannot read, and so do we, with a note. */
export async function readRulesFiles(
  host: HostReader,
  mechanism: Mechanism,
  mounts: readonly Mount[],
): Promise<RulesFiles> {
  const paths = await pathsOf(host, mechanism);
  const read = await Promise.all(paths.map((path) => readOne(host, path)));
  const own =
    mechanism.kind === 'augenrules'
      ? [mechanism.merged, absolutePath(`${mechanism.merged}.prev`)]
      : [];
  const files = read.flatMap((one) => ('text' in one ? [one] : []));
  return {
    files,
    entries: await entriesOf(host, [...paths, ...own]),
    shelf: await readShelf(host, files, mounts),
    notes: read.flatMap((one) => ('note' in one ? [one.note] : [])),
  };
}

async function pathsOf(host: HostReader, mechanism: Mechanism): Promise<readonly AbsolutePath[]> {
  switch (mechanism.kind) {
    case 'none':
      return [];
    case 'rulesFile':
      return (await host.look(mechanism.file)) ? [mechanism.file] : [];
    case 'augenrules': {
      const names = (await host.list(mechanism.rulesDirectory)) ?? [];
      return loadOrder(names, mechanism.dialect).map((name) =>
        join(mechanism.rulesDirectory, name),
      );
    }
    default:
      return mechanism satisfies never;
  }
}

async function readOne(
  host: HostReader,
  path: AbsolutePath,
): Promise<RulesFile | { readonly note: string }> {
  try {
    const image = await host.read(path);
    return image
      ? { path, text: decode(image.bytes), image }
      : { note: `${path} is a link that leads nowhere: the loader skips it` };
  } catch (error) {
    return { note: `${error instanceof Error ? error.message : path}; the loader skips it` };
  }
}

async function entriesOf(
  host: HostReader,
  paths: readonly AbsolutePath[],
): Promise<ReadonlyMap<AbsolutePath, Entry>> {
  const looked = await Promise.all(
    paths.map(async (path) => [path, await host.look(path)] as const),
  );
  return new Map(looked.flatMap(([path, entry]) => (entry ? [[path, entry] as const] : [])));
}

/** A new file is kept as its neighbours are, never open to more than reading. */
async function readShelf(
  host: HostReader,
  files: readonly RulesFile[],
  mounts: readonly Mount[],
): Promise<Shelf> {
  const neighbour = files[0]?.image;
  const directory = await host
    .look(RULES_DIRECTORY)
    .then((entry) => entry ?? host.look(AUDIT_DIRECTORY));
  const owner = neighbour ?? directory;
  const mount = mountOf(AUDIT_DIRECTORY, mounts);
  return {
    mode: (neighbour?.mode ?? 0o640) & 0o644,
    uid: owner?.uid ?? 0,
    gid: owner?.gid ?? 0,
    ...(mount?.readOnly ? { readOnly: `${mount.point} is mounted read-only` } : {}),
  };
}
