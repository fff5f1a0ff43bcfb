/** What a change keeps of the files that it touches, beside its journal. */

import type { AbsolutePath } from '../paths.ts';

export interface Ownership {
  /** Permission bits, such as 0o640. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A file in the change's own directory, where `backup` names its bytes, and how it is kept. */
export interface KeptImage extends Ownership {
  readonly backup: string;
  readonly sha256: string;
  /** UTC, ISO 8601. */
  readonly mtime: string;
}

/** A file as it was before the change; null where there was no such file. */
export interface BeforeImage {
  readonly path: AbsolutePath;
  readonly before: KeptImage | null;
}

/** A file as the plan writes it. */
export interface AfterImage {
  readonly path: AbsolutePath;
  /** Null where it goes. */
  readonly after: KeptImage | null;
}

/** What an undo makes of a file that others have edited since. */
export interface MergedImage {
  readonly path: AbsolutePath;
  /** SHA-256 of the file that was merged. */
  readonly was: string;
  /** That file; absent in old journals: such an undo can only go on. */
  readonly original?: KeptImage;
  /** Null where it goes. */
  readonly after: KeptImage | null;
}
