/** All that a change is made with: the host, the plan, and who judges whether it was kept. */

import type { Facts } from '../discover/facts.ts';
import type { Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Plan, TableStage } from '../plan/plan.ts';
import type { Progress } from './change.ts';
import type { Confirmation } from './call-good.ts';
import type { Store } from './store.ts';

/** Says whether what was promised holds: each answer is undefined, or what is broken. */
export interface Judge {
  /** Of `auditctl -l`: the rules that were there, in their order, plus ours as far as they are. */
  table(lines: readonly string[], stage: TableStage): string | undefined;
  /** Of the whole host, looked at and judged again. */
  whole(): Promise<string | undefined>;
}

export interface Undertaking {
  readonly host: Host;
  readonly store: Store;
  readonly facts: Facts;
  readonly plan: Plan;
  readonly judge: Judge;
  /** Looks again: what moved since the plan was made, in words. */
  readonly moved: () => Promise<readonly string[]>;
  readonly root: AbsolutePath;
  readonly tool: string;
  readonly argv: readonly string[];
  readonly announced: readonly string[];
  /** `--confirm-within`: the change goes back unless a person confirms it. */
  readonly confirmation?: Confirmation;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}
