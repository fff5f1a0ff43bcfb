/** Report: the one value that every format draws. */

import type { Change, ChangeState } from '../apply/change.ts';
import type { Event } from '../apply/event.ts';
import type { Stand } from '../apply/stand.ts';
import type { Vanished } from '../apply/vanished.ts';
import type { Gathered } from '../audit/records.ts';
import type { Benchmark } from '../controls/control.ts';
import type { Facts } from '../discover/facts.ts';
import type { Extent } from '../discover/recorded.ts';
import type { Catch } from '../evaluate/caught.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { RuleOrigins } from '../evaluate/rule-origins.ts';
import type { Flaw } from '../evaluate/flaws/flaw.ts';
import type { Verified } from '../dossier/verify.ts';
import type { Plan } from '../plan/plan.ts';
import type { Failure } from '../errors.ts';
import type { AbsolutePath } from '../paths.ts';
import type { BootReport } from './boot.ts';
import type { Proof } from '../verify/proof.ts';

export interface Run {
  readonly tool: { readonly name: 'dockaudit'; readonly version: string };
  /** UTC, ISO 8601. */
  readonly startedAt: string;
  readonly argv: readonly string[];
}

/** What came of `--evidence`. */
export type Evidenced = { readonly directory: AbsolutePath } & (
  | {
      readonly kind: 'written';
      /** SHA-256 of the manifest: to be kept elsewhere. */
      readonly sha256: string;
      /** The same of the dossier before it. */
      readonly previous: string | null;
      readonly isSigned: boolean;
      readonly isRedacted: boolean;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
);

/** What reports draw of the facts. */
export type HostFacts = Pick<
  Facts,
  'machine' | 'version' | 'mechanism' | 'kernel' | 'consumer' | 'storage' | 'places' | 'notes'
>;

export interface Report {
  readonly run: Run;
  readonly benchmark: Benchmark;
  readonly facts: HostFacts;
  /** As the host stands at the end of the run. */
  readonly findings: readonly Finding[];
  /** Where each rule comes from, for formats that show it. */
  readonly rules?: RuleOrigins;
  /** What a reboot would leave in force, and what the last one did. */
  readonly boot?: BootReport;
  /** As it stood at the beginning, where the run changed it. */
  readonly before?: readonly Finding[];
  readonly plan?: Plan;
  readonly change?: Change;
  /** Shell lines that undo the change without dockaudit; `undoCommands` of apply/by-hand.ts. */
  readonly byHand?: readonly string[];
  /** The command that undoes it, where it is not `dockaudit rollback ID`, as in the practice host. */
  readonly undo?: readonly string[];
  /** The command that keeps it, where it waits to be confirmed. */
  readonly keep?: readonly string[];
  /** Newer changes that an undo left standing beside it. */
  readonly remaining?: readonly Change[];
  /** Whether an event at each place came into the log, where that was tried. */
  readonly proofs?: readonly Proof[];
  /** What the change did, in order. */
  readonly steps?: readonly Event[];
  readonly failure?: Failure;
  readonly evidence?: Evidenced;
  /** `--procedure`: the book's own command decides as well. */
  readonly demandsProcedure?: boolean;
  readonly exitCode: number;
}

export interface HistoryReport {
  readonly run: Run;
  readonly changes: readonly Change[];
  /** Files that they left, and that somebody else has removed. */
  readonly vanished: readonly Vanished[];
  readonly exitCode: number;
}

/** Of `history prune`. */
export interface PruneReport {
  readonly run: Run;
  /** Those that go, the newest first. */
  readonly changes: readonly Change[];
  /** What they take up. */
  readonly bytes: number;
  /** How many stay. */
  readonly stay: number;
  /** Whether they are gone. */
  readonly isDone: boolean;
  readonly exitCode: number;
}

/** A change that was cut off, how it was found, and what was done about it. */
export interface Recovered {
  readonly id: string;
  /** As the journal told before. */
  readonly interrupted: Change;
  readonly stand: Stand;
  /** Absent where nothing was done. */
  readonly to?: 'before' | 'after';
  /** Where the journal stands now. */
  readonly state: ChangeState;
  /** The kernel is immutable and keeps its rules until the next boot. */
  readonly isLocked?: boolean;
  readonly steps: readonly Event[];
}

/** Of `recover`. */
export interface RecoveryReport {
  readonly run: Run;
  readonly recovered: readonly Recovered[];
  readonly exitCode: number;
}

/** Of `events`. */
export interface EventsReport extends Catch {
  readonly run: Run;
  /** UTC, ISO 8601. */
  readonly since: string;
  readonly until: string;
  /** Whose places were looked for; undefined for all of the benchmark, and all of our key. */
  readonly controls: readonly string[] | undefined;
  readonly log: Extent & Pick<Gathered, 'unreadable'>;
  /** Names of users as the host has them now: for those that the log names not. */
  readonly users: ReadonlyMap<number, string>;
  readonly notes: readonly string[];
  readonly exitCode: number;
}
/** Of `evidence verify`. */
export type VerificationReport = Verified & { readonly run: Run; readonly exitCode: number };

/** Of `lint`. */
export interface LintReport {
  readonly run: Run;
  /** What the flaws were judged for. */
  readonly facts: Pick<Facts, 'machine' | 'version' | 'mechanism'>;
  /** Whether these are the host's own files, as its loader reads them. */
  readonly isHosts: boolean;
  readonly files: readonly { readonly path: AbsolutePath; readonly lines: number }[];
  readonly unreadable: readonly { readonly path: AbsolutePath; readonly reason: string }[];
  readonly flaws: readonly Flaw[];
  readonly notes: readonly string[];
  readonly exitCode: number;
}
