/** Files go back to what they were; what somebody else has saved or set meanwhile is not overwritten. */

import { HostFailure } from '../errors.ts';
import type { Programs } from '../discover/facts.ts';
import type { FileImage, Host } from '../host/host.ts';
import { parentOf, type AbsolutePath } from '../paths.ts';
import { previousOf } from '../plan/preview.ts';
import { printable } from '../text.ts';
import { ABSENT, hashAt, hashOf, keptImage, timeOf } from './backup.ts';
import type { ChangeRecord, Left } from './change.ts';
import type { BeforeImage, Ownership } from './kept-image.ts';
import { relabel } from './label.ts';
import { isFull } from './reserve.ts';
import type { Store } from './store.ts';
import type { MergedFile } from './undo-edits.ts';

/** What tells how each file of a change goes back. */
export interface FilesWay {
  readonly host: Host;
  readonly store: Store;
  readonly record: ChangeRecord;
  readonly programs: Programs;
  /** How the change left the host, if it came to that. */
  readonly left?: Left | undefined;
  /** Files that others have written since, or the loader for them: they stay as they are. */
  readonly leave?: readonly AbsolutePath[];
  /** Files that others have edited since, without our lines. */
  readonly merged?: ReadonlyMap<AbsolutePath, MergedFile>;
}

/**
 * Each file by itself: what will not go back is no reason to leave the rest.
 * @returns what was done, in words
 * @throws HostFailure
 */
export async function restoreFiles(way: FilesWay): Promise<string> {
  const { host, programs } = way;
  const stuck: unknown[] = [];
  const kept: string[] = [];
  for (const image of filesOf(way))
    await restoreOne(way, image)
      .then(async ({ isWritten, keeps }) => {
        if (keeps) kept.push(`${image.path} keeps ${keeps}, set since`);
        if (isWritten) await relabel(host, programs.restorecon, image.path);
      })
      .catch((cause) => void stuck.push(cause));
  for (const cause of stuck) throw cause;
  return [`${filesOf(way).length} as they were`, ...kept].join('; ');
}

/** Whether each file holds what it is to hold. @throws Error which names the one that does not */
export async function requireRestored(way: FilesWay): Promise<void> {
  for (const { path, before } of filesOf(way)) {
    const edited = way.merged?.get(path);
    const wanted = edited ? hashOf(edited.after ?? undefined) : (before?.sha256 ?? ABSENT);
    if ((await hashAt(way.host, path)) !== wanted)
      throw new Error(`${path} is not as ${edited ? 'it was to be' : 'it was'}`);
  }
}

/** Those that nobody else has written since; what goes makes room for what is written. */
function filesOf({ record, leave = [] }: FilesWay): readonly BeforeImage[] {
  return record.files
    .filter(({ path }) => !leave.includes(path))
    .toSorted((one, other) => Number(one.before !== null) - Number(other.before !== null));
}

interface Restored {
  readonly isWritten: boolean;
  /** Mode and owner that somebody has set since, in words. */
  readonly keeps?: string;
}

async function restoreOne(way: FilesWay, image: BeforeImage): Promise<Restored> {
  const { host } = way;
  const { path } = image;
  const present = await host.read(path);
  requireKnown(way, path, present);
  const edited = way.merged?.get(path);
  if (edited?.after) await host.replace(path, edited.after);
  if (edited) return edited.after ? { isWritten: true } : removed(host, path);
  return image.before ? replaced(way, image.before, path, present) : removed(host, path);
}

async function removed(host: Host, path: AbsolutePath): Promise<Restored> {
  await host.remove(path);
  return { isWritten: false };
}

async function replaced(
  { host, store, record, left }: FilesWay,
  before: NonNullable<BeforeImage['before']>,
  path: AbsolutePath,
  present: FileImage | undefined,
): Promise<Restored> {
  const then = left?.ownership?.[path];
  const isSet = present !== undefined && then !== undefined && !isSameOwnership(present, then);
  const { mode, uid, gid } = isSet ? present : before;
  const keeps = isSet && !isSameOwnership(present, before);
  const told = keeps
    ? { keeps: `mode ${mode.toString(8).padStart(4, '0')} and owner ${uid}:${gid}` }
    : {};
  const isAsBefore =
    hashOf(present) === before.sha256 &&
    present !== undefined &&
    isSameOwnership(present, { mode, uid, gid }) &&
    (await host.look(path))?.mtimeNs === timeOf(before.mtime);
  if (isAsBefore) return { isWritten: false, ...told };
  const image = await keptImage(store, record.id, path, before);
  const put = (): Promise<void> => host.replace(path, { ...image, mode, uid, gid });
  await put().catch(async (cause: unknown) => {
    if (!isFull(cause) || !(await makeRoom(host, record, path))) throw cause;
    await put();
  });
  return { isWritten: true, ...told };
}

/**
 * What is loaded at the next boot is worth more than augenrules' copy of the file before, which comes
 * back after it if there is room. @returns whether anything was given up
 */
async function makeRoom(host: Host, { files }: ChangeRecord, path: AbsolutePath): Promise<boolean> {
  await host.sweep(parentOf(path));
  const previous = previousOf(path);
  if (!files.some((file) => file.path === previous) || !(await host.look(previous))) return false;
  await host.remove(previous);
  return true;
}

function isSameOwnership(one: Ownership, other: Ownership): boolean {
  return one.mode === other.mode && one.uid === other.uid && one.gid === other.gid;
}

/** Looked at last of all: an editor may save at any moment. The loader's own files are its own. */
function requireKnown(
  { record, merged }: FilesWay,
  path: AbsolutePath,
  present: FileImage | undefined,
): void {
  const written = record.forward?.files.find((file) => file.path === path);
  if (!written || !present) return;
  const before = record.files.find((file) => file.path === path)?.before;
  const edited = merged?.get(path);
  const known = [
    before?.sha256,
    written.after?.sha256,
    edited?.was,
    edited?.after && hashOf(edited.after),
  ];
  if (known.includes(hashOf(present))) return;
  throw new HostFailure(
    `cannot restore '${printable(path)}': somebody saved it meanwhile, and it was not overwritten`,
    "'dockaudit rollback' looks anew",
    'EMOVED',
  );
}
