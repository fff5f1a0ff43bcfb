/** What a dossier holds, file by file, and of which run it is. Its SHA-256 is the dossier's hash. Pure. */

import { createHmac } from 'node:crypto';
import { hashOfBytes } from '../apply/backup.ts';
import { document } from '../report/json.ts';
import { encode } from '../text.ts';

/** Name of the list of all files; it is written last, so that half a dossier has none. */
export const MANIFEST = 'manifest.json';

/** Name of its signature, as `ssh-keygen -Y sign` names it. */
export const SIGNATURE = `${MANIFEST}.sig`;

/** One file of a dossier. */
export interface ListedFile {
  /** Below the dossier, parts by `/`, each of letters, digits, `_`, `.` and `-`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Of a copy: where the file stood on the host, and how it was kept there. */
  readonly origin?: {
    readonly path: string;
    readonly mode: number;
    readonly uid: number;
    readonly gid: number;
  };
}

/** Times are UTC, ISO 8601; hashes are SHA-256, hex. */
export interface Manifest {
  readonly schemaVersion: 1;
  readonly kind: 'dockaudit-evidence';
  readonly tool: string;
  readonly argv: readonly string[];
  readonly startedAt: string;
  readonly writtenAt: string;
  readonly host: {
    readonly name: string;
    /** {@link hostIdOf} of its machine-id; null where it has none. */
    readonly id: string | null;
  };
  /** Of the change that the run made or undid. */
  readonly change: string | null;
  /** Of that change, as far as it was written then. */
  readonly journal: { readonly lines: number; readonly sha256: string } | null;
  readonly redacted: boolean;
  /** Whether a signature belongs to it. */
  readonly signed: boolean;
  /** The hash of the dossier before it, of the same state directory. */
  readonly previous: string | null;
  /** Sorted by path. */
  readonly files: readonly ListedFile[];
}

/** A file as it will be written. */
export interface DossierFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly origin?: ListedFile['origin'];
}

/** The entries of the manifest. */
export function listFiles(files: readonly DossierFile[]): readonly ListedFile[] {
  return files
    .map(({ path, bytes, origin }) => ({
      path,
      bytes: bytes.length,
      sha256: hashOfBytes(bytes),
      ...(origin && { origin }),
    }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

/** The one spelling of a manifest: whoever edits it and keeps its meaning has altered it, too. */
export function manifestBytes(manifest: Manifest): Uint8Array {
  const { files, previous, signed, ...about } = manifest;
  return encode(`${document({ ...about, signed, previous, files })}\n`);
}

/**
 * Tells one host from another without telling its machine-id, which is confidential.
 * Source: machine-id(5); sd_id128_get_machine_app_specific(3) does it with the same HMAC.
 */
export function hostIdOf(machineId: string): string | null {
  if (machineId === '') return null;
  return createHmac('sha256', machineId).update('dockaudit evidence').digest('hex').slice(0, 32);
}
