/** What an undo makes of each file that the change edited: what it was, or what others made of it. */

import type { FileImage, Host, HostReader } from '../host/host.ts';
import { join, type AbsolutePath } from '../paths.ts';
import { HEADER, isEmptyButForHeader } from '../plan/edits.ts';
import type { Edit } from '../plan/plan.ts';
import { decode, encode } from '../text.ts';
import { readAfterImage } from './after-images.ts';
import { hashOf } from './backup.ts';
import type { Change } from './change.ts';
import type { BeforeImage } from './kept-image.ts';
import { directoryOf, type Store } from './store.ts';
import { mergeLines, type Conflict } from './three-way.ts';

/** Why a file cannot be undone: its lines were edited, or what the change left is not known. */
export interface Stuck {
  readonly path: AbsolutePath;
  readonly conflict: Conflict | undefined;
}

/** A file that others have edited, without the lines of the change. */
export interface MergedFile {
  /** SHA-256 of what was merged: only that may be overwritten. */
  readonly was: string;
  /** That; absent where an undo goes on, which has kept it. */
  readonly original?: FileImage;
  /** Null where nothing is left of it. */
  readonly after: FileImage | null;
}

/** @param dependent whether a newer change wrote to the file, whose lines need our header */
export async function mergeEdited(
  host: Host,
  store: Store,
  change: Change,
  path: AbsolutePath,
  dependent: boolean,
): Promise<MergedFile | Stuck> {
  const image = change.record.files.find((one) => one.path === path);
  const [present, left] = await Promise.all([host.read(path), readAfterImage(store, change, path)]);
  if (!image || !present || !left) return { path, conflict: undefined };
  const before = await beforeText(store, change, image);
  const made = dependent ? `\n${HEADER}` : '';
  const now = decode(present.bytes);
  const merged = await mergeLines({ left: decode(left.bytes), now, wanted: before ?? made });
  if (merged.kind === 'conflict') return { path, conflict: merged.conflict };
  if (!dependent && isEmptyButForHeader(merged.text, before === undefined))
    return edited(present, null);
  // What others wrote needs the empty line above it as much as ours did: augenrules glues files.
  const isBare = before === undefined && !merged.text.startsWith('\n');
  const text = isBare ? `\n${merged.text}` : merged.text;
  return edited(present, { ...present, bytes: encode(text), mtime: host.clock.now() });
}

function edited(original: FileImage, after: FileImage | null): MergedFile {
  return { was: hashOf(original), original, after };
}

/**
 * The file without the lines that the change wrote, where those of them that somebody edited stand in
 * the way of a merge: these are theirs now. Undefined where the change did more there than to add.
 */
export async function takeOutWritten(
  host: HostReader,
  { record }: Change,
  path: AbsolutePath,
): Promise<MergedFile | undefined> {
  const lines = record.wrote.find((one) => one.path === path)?.lines ?? [];
  const isMore = record.removed.length > 0 || record.withdrawn.length > 0;
  const present = await host.read(path);
  if (!present || isMore || lines.length === 0) return undefined;
  const kept = decode(present.bytes)
    .split('\n')
    .filter((line) => !lines.includes(line));
  const bytes = encode(kept.join('\n'));
  return edited(present, { ...present, bytes, mtime: host.clock.now() });
}

/** As the undo will leave the files that the change edited. @throws HostFailure */
export async function undoEdits(
  host: Host,
  store: Store,
  change: Change,
  merged: ReadonlyMap<AbsolutePath, MergedFile>,
): Promise<readonly Edit[]> {
  const { record } = change;
  const files = record.files.filter(({ path }) => record.edited.includes(path));
  const edits = await Promise.all(
    files.map(async (image): Promise<Edit> => {
      const made = merged.get(image.path);
      const after = made ? made.after : await beforeImage(store, change, image);
      const before = await host.read(image.path);
      return { path: image.path, before, after: after ?? undefined, satisfies: [] };
    }),
  );
  return edits.filter(({ before, after }) => before !== undefined || after !== undefined);
}

async function beforeText(
  store: Store,
  change: Change,
  image: BeforeImage,
): Promise<string | undefined> {
  const kept = await beforeImage(store, change, image);
  return kept && decode(kept.bytes);
}

async function beforeImage(
  store: Store,
  { record }: Change,
  { before }: BeforeImage,
): Promise<FileImage | undefined> {
  if (!before) return undefined;
  const { mode, uid, gid, mtime } = before;
  const kept = await store.host.read(join(directoryOf(store, record.id), before.backup));
  return kept && { bytes: kept.bytes, mode, uid, gid, mtime: new Date(mtime) };
}
