/** What one audit rule means on one host, piece by piece: the parts that `explain -- RULE` draws. */

import type { Architecture } from '../../audit/access.ts';
import type { Origin, Permission, Rule } from '../../audit/rule.ts';
import type { PathFacts } from '../../audit/world.ts';
import type { Flaw } from '../flaws/flaw.ts';

/** What a rule names. */
export type Watched =
  /** No path: events of every file, or none of a file. */
  | { readonly kind: 'everything' }
  | {
      /** One entry of a directory, or a directory and all that lies below it. */
      readonly kind: 'entry' | 'tree';
      /** As the rule says it. */
      readonly path: string;
      /** What stands there now. */
      readonly facts: PathFacts;
    };

export type Loads =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no'; readonly reason: string; readonly mend: string };

/** A rule, or a state of the kernel, for which the rule records nothing. */
export interface Silence {
  readonly origin: Origin | { readonly kind: 'state' };
  readonly text: string;
  readonly reason: string;
}

export interface RuleMeaning {
  readonly text: string;
  readonly rule: Rule;
  /** Alone on an empty table. */
  readonly loads: Loads;
  readonly watched: Watched;
  /** Kinds of access that it lets through, and by which interfaces. */
  readonly permissions: readonly Permission[];
  readonly architectures: readonly Architecture[];
  /** Each in words. */
  readonly conditions: readonly string[];
  /** What happens there and is not recorded. */
  readonly misses: readonly string[];
  /** As `auditctl -l` shows it; undefined if it does not load. */
  readonly listed: string | undefined;
  readonly silencedBy: readonly Silence[];
  /** Rules of this host that record nothing because of it. */
  readonly silences: readonly { readonly origin: Origin; readonly text: string }[];
  /** Whether the kernel holds it. */
  readonly running: 'yes' | 'no' | 'unknown';
  /** Lines of the host's files that say the same rule. */
  readonly written: readonly Origin[];
  /** Why the files of the host were not read, if so. */
  readonly unreadFiles?: string;
  readonly advice: readonly Flaw[];
}
