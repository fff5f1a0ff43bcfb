/** Proof: whether a harmless event of our own at each place of a control came into the log. Types only. */

import type { Deed } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';

/**
 * `notProvable` tells nothing for or against the rule: no harmless event of ours could be one that
 * it records, or nobody can say where the records go.
 */
export type ProofOutcome = 'recorded' | 'notRecorded' | 'notProvable';

/** An event that we made, by which its records are known. */
export interface Attempt {
  /** What the rules in force ask for decides: `r` is an opening or a handle, `a` a mode. */
  readonly deed: Deed;
  /** What it was done to: the place, or something below it. */
  readonly path: AbsolutePath;
  readonly inode: string;
  /** `st_dev`, as text. */
  readonly device: string;
  /** Of the process that did it. */
  readonly pid: number;
  /** Just before and just after it: UTC, ISO 8601. */
  readonly from: string;
  readonly until: string;
}

/** Of one place of a control. */
export interface PlaceProof {
  readonly path: AbsolutePath;
  readonly outcome: ProofOutcome;
  /** One sentence. */
  readonly reason: string;
  /** What was done there, in order; empty where nothing was touched. */
  readonly attempts: readonly Attempt[];
  /** The records of these events as the log holds them, a line each. */
  readonly records: readonly string[];
}

/** Of one control: as bad as the worst of its places. */
export interface Proof {
  /** The section's number, such as `1.2.3`. */
  readonly control: string;
  readonly slug: string;
  readonly outcome: ProofOutcome;
  /** One sentence. */
  readonly reason: string;
  readonly places: readonly PlaceProof[];
}
