/** All that a change is made with: the host, the plan, and who judges whether it was kept. */

import type { Facts } from '../discover/facts.ts';
import type { Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Edit, Plan, TableStage } from '../plan/plan.ts';
import type { MergedImage } from './kept-image.ts';
import type { MergedFile } from './undo-edits.ts';
import type { Registration } from './after-boot.ts';
import type { Progress } from './event.ts';
import type { Confirmation } from './call-good.ts';
import type { Store } from './store.ts';

/** Says whether what was promised holds: each answer is undefined, or what is broken. */
export interface Judge {
  /** Of `auditctl -l`: the rules that were there, in their order, plus ours as far as they are. */
  table(lines: readonly string[], stage: TableStage): string | undefined;
  /** Of the whole host, looked at and judged again. */
  whole(): Promise<string | undefined>;
}

/** Of a plan, what is carried out. */
export type Course = Pick<Plan, 'activation' | 'daemon' | 'liveOnly'> & {
  readonly edits: readonly Pick<Edit, 'path' | 'before' | 'after'>[];
};

/** What the road needs from the first write on, also where a change that was cut off goes forward. */
export interface Journey {
  readonly host: Host;
  readonly store: Store;
  readonly facts: Facts;
  readonly plan: Course;
  readonly judge: Judge;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** `--confirm-within`: the change goes back unless a person confirms it. */
  readonly confirmation?: Confirmation;
  /** Where going back leads, if it is not the table before the change. */
  readonly goal?: readonly string[];
  /** Files that going back leaves as they are. */
  readonly leave?: readonly AbsolutePath[];
  /** Files that others had edited, where an undo that merged them is taken back. */
  readonly merging?: Merging;
}

/** What going back makes of them, and the journal's word for it. */
export interface Merging {
  readonly images: ReadonlyMap<AbsolutePath, MergedFile>;
  readonly kept: readonly MergedImage[];
}

export interface Undertaking extends Journey {
  readonly plan: Plan;
  /** Looks again: what moved since the plan was made, in words. */
  readonly moved: () => Promise<readonly string[]>;
  readonly root: AbsolutePath;
  readonly tool: string;
  readonly argv: readonly string[];
  /** The words by which the same is judged again. */
  readonly asked: readonly string[];
  readonly announced: readonly string[];
  /** `--check-after-boot`: how dockaudit is started then. */
  readonly afterBoot?: Pick<Registration, 'program'>;
}
