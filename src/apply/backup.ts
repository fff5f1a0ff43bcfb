/** Before-images: what a file was, so that it can be exactly that again. */

import { createHash } from 'node:crypto';
import type { FileImage, Host, HostReader } from '../host/host.ts';
import { HostFailure } from '../errors.ts';
import { join, nameOf, type AbsolutePath } from '../paths.ts';
import type { Edit } from '../plan/plan.ts';
import type { AfterImage, BeforeImage, KeptImage, MergedImage } from './change.ts';
import { directoryOf, keep, type Store } from './store.ts';

export const ABSENT = 'absent';

/** SHA-256, hex; `absent` where there is no file. */
export function hashOf(image: Pick<FileImage, 'bytes'> | undefined): string {
  return image ? hashOfBytes(image.bytes) : ABSENT;
}

/** SHA-256, hex. */
export function hashOfBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @throws HostFailure */
export async function hashAt(host: HostReader, path: AbsolutePath): Promise<string> {
  return hashOf(await host.read(path));
}

/** Copies each file, or notes its absence, into the change's directory. @throws HostFailure */
export async function backUp(
  host: HostReader,
  store: Store,
  id: string,
  paths: readonly AbsolutePath[],
): Promise<readonly BeforeImage[]> {
  await store.host.makeDirectory(directoryOf(store, id), 0o700);
  const images: BeforeImage[] = [];
  for (const [index, path] of [...new Set(paths)].entries()) {
    const image = await host.read(path);
    if (!image) {
      images.push({ path, before: null });
      continue;
    }
    const mtimeNs = (await host.look(path))?.mtimeNs;
    const exact = mtimeNs === undefined ? image : { ...image, mtimeNs };
    images.push({ path, before: await keepImage(store, id, `${index}`, path, exact) });
  }
  return images;
}

/** Copies what the plan writes beside the before-images. @throws HostFailure */
export async function keepAfter(
  store: Store,
  id: string,
  edits: readonly Edit[],
): Promise<readonly AfterImage[]> {
  const images: AfterImage[] = [];
  for (const [index, { path, after }] of edits.entries())
    images.push({
      path,
      after: after ? await keepImage(store, id, `after-${index}`, path, after) : null,
    });
  return images;
}

/**
 * Copies files that others have edited, and what an undo makes of them, before it writes there.
 * @throws HostFailure
 */
export async function keepMerged(
  host: HostReader,
  store: Store,
  id: string,
  merged: ReadonlyMap<AbsolutePath, FileImage | null>,
): Promise<readonly MergedImage[]> {
  const images: MergedImage[] = [];
  for (const [path, image] of merged) {
    const number = images.length;
    const present = await host.read(path);
    const original = present && (await keepImage(store, id, `edited-${number}`, path, present));
    const after = image ? await keepImage(store, id, `merged-${number}`, path, image) : null;
    images.push({ path, was: hashOf(present), ...(original && { original }), after });
  }
  return images;
}

async function keepImage(
  store: Store,
  id: string,
  number: string,
  path: AbsolutePath,
  image: FileImage,
): Promise<KeptImage> {
  // The number keeps two files of one name apart; augenrules never sees this directory.
  const backup = `${number}-${nameOf(path).replace(/[^\w.-]/g, '_')}`;
  await keep(store, join(directoryOf(store, id), backup), image.bytes);
  const { mode, uid, gid, mtime, mtimeNs = BigInt(+mtime) * MS_NS } = image;
  return { backup, sha256: hashOf(image), mode, uid, gid, mtime: timeText(mtimeNs) };
}

/** What was kept of `path`, as a file that can be put there. @throws HostFailure if it was altered */
export async function keptImage(
  store: Store,
  id: string,
  path: AbsolutePath,
  { backup, sha256, mode, uid, gid, mtime }: KeptImage,
): Promise<FileImage> {
  const kept = await store.host.read(join(directoryOf(store, id), backup));
  if (!kept || hashOf(kept) !== sha256)
    throw new HostFailure(
      `cannot restore '${path}': its backup in ${directoryOf(store, id)} is gone or altered`,
      'restore the file from another backup of the host',
      'EBADBACKUP',
    );
  const mtimeNs = timeOf(mtime);
  const rounded = new Date(Number(mtimeNs / MS_NS));
  return { bytes: kept.bytes, mode, uid, gid, mtime: rounded, mtimeNs, inherits: true };
}

/**
 * Makes the file what it was; one that is so already is not touched.
 * @returns whether it was written anew
 * @throws HostFailure
 */
export async function restore(
  host: Host,
  store: Store,
  id: string,
  { path, before }: BeforeImage,
): Promise<boolean> {
  const present = await host.read(path);
  if (before === null) {
    if (present) await host.remove(path);
    return false;
  }
  const mtimeNs = timeOf(before.mtime);
  const same =
    hashOf(present) === before.sha256 &&
    present?.mode === before.mode &&
    present.uid === before.uid &&
    present.gid === before.gid &&
    (await host.look(path))?.mtimeNs === mtimeNs;
  if (same) return false;
  await host.replace(path, await keptImage(store, id, path, before));
  return true;
}

const MS_NS = 1_000_000n;

/** ISO 8601 with nine digits of the second. */
function timeText(ns: bigint): string {
  const text = new Date(Number(ns / MS_NS)).toISOString();
  return text.replace(/\d{3}Z$/, `${String(ns % (1000n * MS_NS)).padStart(9, '0')}Z`);
}

/** Nanoseconds since 1970; journals of before it was thought of tell the millisecond. */
function timeOf(text: string): bigint {
  const [, fraction = ''] = /\.(\d+)Z$/.exec(text) ?? [];
  return BigInt(Date.parse(text)) * MS_NS + BigInt(fraction.slice(3).padEnd(6, '0'));
}
