/** Before-images: what a file was, kept on disk so that it can be exactly that again. */

import { createHash } from 'node:crypto';
import type { FileImage, HostReader } from '../host/host.ts';
import { HostFailure } from '../errors.ts';
import { join, nameOf, type AbsolutePath } from '../paths.ts';
import type { Edit } from '../plan/plan.ts';
import type { AfterImage, BeforeImage, KeptImage, MergedImage } from './kept-image.ts';
import { directoryOf, keep, type Store } from './store.ts';
import type { MergedFile } from './undo-edits.ts';

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
  store: Store,
  id: string,
  merged: ReadonlyMap<AbsolutePath, MergedFile>,
): Promise<readonly MergedImage[]> {
  const images: MergedImage[] = [];
  for (const [path, { was, original, after }] of merged) {
    const number = images.length;
    const kept = original && (await keepImage(store, id, `edited-${number}`, path, original));
    const made = after && (await keepImage(store, id, `merged-${number}`, path, after));
    images.push({ path, was, ...(kept && { original: kept }), after: made });
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

const MS_NS = 1_000_000n;
const SECOND_NS = 1000n * MS_NS;

/** ISO 8601 with nine digits of the second, which counts upwards before 1970, too. */
function timeText(ns: bigint): string {
  const fraction = ((ns % SECOND_NS) + SECOND_NS) % SECOND_NS;
  const time = new Date(Number((ns - fraction) / MS_NS));
  if (Number.isNaN(+time)) throw unkeptTime(ns);
  const text = time.toISOString();
  return text.replace(/\d{3}Z$/, `${String(fraction).padStart(9, '0')}Z`);
}

/** Such a year is the mark of a broken disk or clock: put back, it would be another one. */
function unkeptTime(ns: bigint): HostFailure {
  return new HostFailure(
    `cannot keep the time of a file that was written ${ns / SECOND_NS} seconds after 1970`,
    "find it with 'ls -l --time-style=full-iso /etc/audit /etc/audit/rules.d', and touch it",
    'EOVERFLOW',
  );
}

/** Of a kept image: nanoseconds since 1970; journals of before it was thought of tell the millisecond. */
export function timeOf(text: string): bigint {
  const [, fraction = ''] = /\.(\d+)Z$/.exec(text) ?? [];
  return BigInt(Date.parse(text)) * MS_NS + BigInt(fraction.slice(3).padEnd(6, '0'));
}
