/** What the meaning of a rule depends on beside its text. Types only: discover/world.ts asks for it. */

import type { AbsolutePath } from '../paths.ts';

/** Major, minor, patch of audit's userland, such as [3, 0, 9]. */
export type AuditVersion = readonly [number, number, number];

/** `unseen`: nobody looked, since it is neither a place of a control nor above one. */
export type PlaceKind = 'absent' | 'file' | 'directory' | 'symlink' | 'other' | 'unseen';

/** What a path that a rule or a control names stands for, now. */
export interface PathFacts {
  /** The last component, not followed. */
  readonly kind: PlaceKind;
  /** The parent, links resolved, plus the last component; undefined if the parent is no directory. */
  readonly place: AbsolutePath | undefined;
  /** Of a symlink: what it leads to at last, if anything. */
  readonly target?: { readonly kind: PlaceKind; readonly place: AbsolutePath };
  /** `st_dev` of the place, or of its parent where it is absent. */
  readonly device?: string;
  /** `device:inode` of what stands there: two spellings of one file share it. */
  readonly identity?: string;
  /** Of a directory: when it was made, UTC, ISO 8601; a tree rule follows the one of its load. */
  readonly bornAt?: string;
  /** The mount point that holds the place. */
  readonly mount?: AbsolutePath;
  /** Why the parent is missing when rules load at boot, before sysinit.target; absent = it is there. */
  readonly missingAtBoot?: string;
  /** Why the place itself, in a parent that is there, is absent then; absent = it is not. */
  readonly absentAtBoot?: string;
}

/** All that `load` and `covers` need to know; everything that a rule can name was asked once. */
export interface World {
  /** By the path's text as the rule has it, and by each place. */
  readonly paths: ReadonlyMap<string, PathFacts>;
  readonly users: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, number>;
  /** `uname -m`: x86_64, aarch64, … */
  readonly machine: string;
  readonly version: AuditVersion;
}
