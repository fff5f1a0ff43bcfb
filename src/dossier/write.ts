/** Puts a dossier on disk: each file for its owner alone, the manifest last. */

import { hashOfBytes } from '../apply/backup.ts';
import { HostFailure } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { join, parentOf, type AbsolutePath } from '../paths.ts';
import {
  listFiles,
  MANIFEST,
  manifestBytes,
  SIGNATURE,
  type DossierFile,
  type Manifest,
} from './manifest.ts';

/** No more is read of any file. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** @returns the SHA-256 of the manifest @throws HostFailure; then there is no manifest */
export async function writeDossier(
  here: Host,
  directory: AbsolutePath,
  about: Omit<Manifest, 'files' | 'signed'>,
  files: readonly DossierFile[],
  sign: ((manifest: Uint8Array) => Promise<Uint8Array>) | undefined,
): Promise<string> {
  const manifest = manifestBytes({
    ...about,
    signed: sign !== undefined,
    files: listFiles(files),
  });
  const large = files.find(({ bytes }) => bytes.length > LIMIT_BYTES);
  if (large)
    throw new HostFailure(
      `cannot write '${large.path}': it has ${large.bytes.length} bytes, and nobody could verify it`,
      'see what is so large: auditctl -l | wc -l',
      'ETOOBIG',
    );
  const owner = await here.look(directory);
  const put = async (path: string, bytes: Uint8Array): Promise<void> => {
    const place = join(directory, path);
    await here.makeDirectory(parentOf(place), 0o700);
    await here.replace(place, {
      bytes,
      mode: 0o600,
      uid: owner?.uid ?? 0,
      gid: owner?.gid ?? 0,
      mtime: here.clock.now(),
    });
  };
  const signature = await sign?.(manifest);
  for (const { path, bytes } of files) await put(path, bytes);
  if (signature) await put(SIGNATURE, signature);
  await put(MANIFEST, manifest);
  return hashOfBytes(manifest);
}
