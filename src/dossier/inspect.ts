/** Looks at all that stands in a directory that claims to be a dossier. Links are never followed. */

import { hashOfBytes } from '../apply/backup.ts';
import { HostFailure } from '../errors.ts';
import type { EntryKind, HostReader } from '../host/host.ts';
import { join, type AbsolutePath } from '../paths.ts';

/** What stands there. */
export interface Found {
  /** Below the dossier. */
  readonly path: string;
  readonly kind: EntryKind;
  readonly bytes: number;
  /** Of a file, if it could be read. */
  readonly sha256?: string;
  /** Of the text, for a file that ends with `.jsonl`. */
  readonly lines?: number;
  /** Why it could not be read. */
  readonly trouble?: string;
}

/** No dossier has as many, nor as deep. */
const MOST_ENTRIES = 10_000;
const MOST_PARTS = 32;

/** All but the directories, sorted. @throws HostFailure if it cannot be listed, or is without end */
export async function inspect(
  host: HostReader,
  directory: AbsolutePath,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const pending: (readonly string[])[] = [[]];
  for (let parts = pending.pop(); parts !== undefined; parts = pending.pop()) {
    const names = (await host.list(join(directory, ...parts))) ?? [];
    if (found.length + pending.length + names.length > MOST_ENTRIES || parts.length > MOST_PARTS)
      throw new HostFailure(
        `cannot verify '${directory}': it holds more than any dossier`,
        'name the directory that --evidence wrote',
        'E2BIG',
      );
    for (const name of names) {
      const place = join(directory, ...parts, name);
      const entry = await host.look(place);
      const path = [...parts, name].join('/');
      if (entry?.kind === 'directory') {
        pending.push([...parts, name]);
        if ((await host.list(place))?.length === 0)
          found.push({ path, kind: 'directory', bytes: 0 });
      } else if (entry) found.push(await findingOf(host, place, path, entry.kind, entry.size));
    }
  }
  return found.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

async function findingOf(
  host: HostReader,
  place: AbsolutePath,
  path: string,
  kind: EntryKind,
  bytes: number,
): Promise<Found> {
  if (kind !== 'file') return { path, kind, bytes };
  try {
    const image = await host.read(place);
    if (!image) return { path, kind, bytes, trouble: 'it went away meanwhile' };
    const lines = path.endsWith('.jsonl') ? { lines: linesIn(image.bytes) } : {};
    return { path, kind, bytes: image.bytes.length, sha256: hashOfBytes(image.bytes), ...lines };
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
    return { path, kind, bytes, trouble: cause.message };
  }
}

/** Whole ones. */
export function linesIn(bytes: Uint8Array): number {
  return bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
}
