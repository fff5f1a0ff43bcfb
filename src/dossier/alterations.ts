/** What of a dossier is not as its manifest says: each alteration once, by the name that fits. Pure. */

import type { EntryKind } from '../host/host.ts';
import type { Found } from './inspect.ts';
import { MANIFEST, SIGNATURE, type ListedFile, type Manifest } from './manifest.ts';

export type Alteration =
  /** The same size, other bytes. */
  | {
      readonly kind: 'changed';
      readonly path: string;
      readonly expected: string;
      readonly found: string;
    }
  | {
      readonly kind: 'resized';
      readonly path: string;
      readonly expectedBytes: number;
      readonly foundBytes: number;
      readonly expected: string;
      readonly found: string;
    }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'extra'; readonly path: string; readonly entry: EntryKind }
  | { readonly kind: 'renamed'; readonly path: string; readonly to: string }
  /** Each holds what the other should. */
  | { readonly kind: 'swapped'; readonly path: string; readonly with: string }
  /** A link, a FIFO, a directory where a file should be. */
  | { readonly kind: 'notAFile'; readonly path: string; readonly entry: EntryKind }
  | {
      readonly kind: 'journalCut';
      readonly path: string;
      readonly expectedLines: number;
      readonly foundLines: number;
    }
  /** Not the one whose hash was kept elsewhere. */
  | { readonly kind: 'manifestEdited'; readonly expected: string; readonly found: string }
  | { readonly kind: 'manifestUnreadable'; readonly reason: string }
  | { readonly kind: 'chainBroken'; readonly expected: string; readonly found: string | null }
  | {
      readonly kind: 'signature';
      readonly is: 'missing' | 'wrong' | 'byAnotherKey';
      readonly detail: string;
    }
  /** It may be whole: nobody could look. */
  | { readonly kind: 'unread'; readonly path: string; readonly reason: string };

/** Name of the journal's copy in a dossier. */
export const JOURNAL_COPY = 'journal.jsonl';

/** @param found all that stands in the directory */
export function alterationsOf(manifest: Manifest, found: readonly Found[]): readonly Alteration[] {
  const present = new Map(found.map((one) => [one.path, one]));
  const listed = new Map(manifest.files.map((one) => [one.path, one]));
  // A directory is no file of ours: what it should hold is missing already.
  const isEmptied = ({ path, kind }: Pick<Found, 'path' | 'kind'>): boolean =>
    kind === 'directory' && manifest.files.some((file) => file.path.startsWith(`${path}/`));
  const extras = found.filter(
    ({ path, kind }) =>
      !listed.has(path) &&
      !isEmptied({ path, kind }) &&
      !([MANIFEST, SIGNATURE].includes(path) && kind === 'file'),
  );
  const moved = new Map<string, Found>();
  const alterations = manifest.files.flatMap((file): readonly Alteration[] => {
    const one = present.get(file.path);
    if (one) return ofPresent(manifest, file, one, present);
    const extra = extras.find(({ path, sha256 }) => sha256 === file.sha256 && !moved.has(path));
    if (!extra) return [{ kind: 'missing', path: file.path }];
    moved.set(extra.path, extra);
    return [{ kind: 'renamed', path: file.path, to: extra.path }];
  });
  const strays = extras.filter(({ path }) => !moved.has(path));
  return [
    ...alterations,
    ...strays.map(({ path, kind }): Alteration => ({ kind: 'extra', path, entry: kind })),
  ];
}

function ofPresent(
  { files, journal }: Manifest,
  file: ListedFile,
  { kind, sha256, bytes, lines, trouble }: Found,
  present: ReadonlyMap<string, Found>,
): readonly Alteration[] {
  const { path, sha256: expected } = file;
  if (kind !== 'file') return [{ kind: 'notAFile', path, entry: kind }];
  if (sha256 === undefined) return [{ kind: 'unread', path, reason: trouble ?? '' }];
  if (sha256 === expected) return [];
  const other = files.find(
    (one) => one.sha256 === sha256 && present.get(one.path)?.sha256 === expected,
  );
  // Told once, at the first of the two.
  if (other) return other.path < path ? [] : [{ kind: 'swapped', path, with: other.path }];
  if (path === JOURNAL_COPY && journal && lines !== undefined && lines < journal.lines)
    return [{ kind: 'journalCut', path, expectedLines: journal.lines, foundLines: lines }];
  if (bytes === file.bytes) return [{ kind: 'changed', path, expected, found: sha256 }];
  const sizes = { expectedBytes: file.bytes, foundBytes: bytes };
  return [{ kind: 'resized', path, ...sizes, expected, found: sha256 }];
}

/** Whether nothing can be said, rather than that something was altered. */
export function isUnread({ kind }: Alteration): boolean {
  return kind === 'unread' || kind === 'manifestUnreadable';
}
