/** Before-images: what a file was, so that it can be exactly that again. */

import { createHash } from 'node:crypto';
import type { FileImage, Host, HostReader } from '../host/host.ts';
import { HostFailure } from '../errors.ts';
import { join, nameOf, type AbsolutePath } from '../paths.ts';
import type { BeforeImage } from './change.ts';
import { directoryOf, keep, type Store } from './store.ts';

export const ABSENT = 'absent';

/** SHA-256, hex; `absent` where there is no file. */
export function hashOf(image: Pick<FileImage, 'bytes'> | undefined): string {
  return image ? createHash('sha256').update(image.bytes).digest('hex') : ABSENT;
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
    // The number keeps two files of one name apart; augenrules never sees this directory.
    const backup = `${index}-${nameOf(path).replace(/[^\w.-]/g, '_')}`;
    await keep(store, join(directoryOf(store, id), backup), image.bytes);
    const { mode, uid, gid } = image;
    const mtime = timeText((await host.look(path))?.mtimeNs ?? BigInt(+image.mtime) * MS_NS);
    images.push({ path, before: { backup, sha256: hashOf(image), mode, uid, gid, mtime } });
  }
  return images;
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
  const kept = await store.host.read(join(directoryOf(store, id), before.backup));
  if (!kept || hashOf(kept) !== before.sha256)
    throw new HostFailure(
      `cannot restore '${path}': its backup in ${directoryOf(store, id)} is gone or altered`,
      'restore the file from another backup of the host',
      'EBADBACKUP',
    );
  const { mode, uid, gid } = before;
  const mtime = new Date(Number(mtimeNs / MS_NS));
  await host.replace(path, { bytes: kept.bytes, mode, uid, gid, mtime, mtimeNs, inherits: true });
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
