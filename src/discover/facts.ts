/** Facts: all that was seen of a host in one look. Plain data; nothing here decides. */

import type { Listing } from '../audit/listing.ts';
import type { LoadOutcome } from '../audit/load.ts';
import type { Origin, Statement } from '../audit/rule.ts';
import type { KernelStatus } from '../audit/status.ts';
import type { AuditVersion, World } from '../audit/world.ts';
import type { Dialect } from '../audit/merge.ts';
import type { Argv, Entry, FileImage } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Boot } from './boot.ts';
import type { Docker } from './docker.ts';
import type { Exposure } from './exposure.ts';
import type { Hindrance } from './hindrances.ts';
import type { Machine } from './machine.ts';
import type { Onlooker } from './onlookers.ts';
import type { Shelf } from './rules.ts';
import type { Storage } from './storage.ts';

/** Programs found in fixed system directories; the caller's PATH is never asked. */
export interface Programs {
  readonly auditctl?: AbsolutePath;
  readonly augenrules?: AbsolutePath;
  readonly auditd?: AbsolutePath;
  readonly systemctl?: AbsolutePath;
  readonly service?: AbsolutePath;
  readonly rcService?: AbsolutePath;
  /** Only where SELinux is on. */
  readonly restorecon?: AbsolutePath;
}

/** How rules reach the kernel when this host boots. */
export type Mechanism =
  | {
      readonly kind: 'augenrules';
      readonly rulesDirectory: AbsolutePath;
      /** The file that augenrules writes from the directory. */
      readonly merged: AbsolutePath;
      readonly dialect: Dialect;
      readonly load: Argv;
      /** Who runs it, such as `auditd.service`. */
      readonly runBy: string;
      /** Why nobody runs it when this host boots, if so. */
      readonly idleAtBoot?: string;
    }
  | {
      readonly kind: 'rulesFile';
      readonly file: AbsolutePath;
      readonly load: Argv;
      readonly runBy: string;
      readonly idleAtBoot?: string;
    }
  | {
      readonly kind: 'none';
      readonly reason: string;
      /** What makes something load them, where that is known. */
      readonly mend?: string;
    };

/** How auditd is started and restarted on this host, and why a restart would hurt. */
export interface Restart {
  readonly start: readonly Argv[];
  readonly restart: readonly Argv[];
  readonly stop: readonly Argv[];
  readonly hurts: readonly string[];
}

export type Kernel =
  | {
      readonly kind: 'reachable';
      readonly enabled: 'off' | 'on' | 'immutable';
      readonly status: KernelStatus;
      readonly pid: number;
      readonly lost: number;
      readonly backlog: number;
    }
  | {
      readonly kind: 'unreachable';
      readonly cause: 'privilege' | 'container' | 'noAudit' | 'noAuditctl' | 'unclear';
      readonly reason: string;
    }
  | { readonly kind: 'notAsked' };

/** Who takes the kernel's events (`pid` of `auditctl -s`). */
export type Consumer =
  | {
      readonly kind: 'auditd';
      readonly pid: number;
      /** UTC, ISO 8601. */
      readonly startedAt?: string;
      /** Why nothing of it is kept, if so. */
      readonly discards?: string;
    }
  | { readonly kind: 'other'; readonly pid: number; readonly name: string }
  | { readonly kind: 'none' };

/** A place that a control names, as found. */
export type FoundPlace =
  | {
      readonly kind: 'found';
      readonly targets: readonly Target[];
      readonly notes: readonly string[];
      /** Of a unit: its file as systemd spells it (FragmentPath), links not resolved. */
      readonly unitFile?: AbsolutePath;
    }
  | { readonly kind: 'notApplicable'; readonly reason: string };

/** One path to watch: its parent's links are resolved, so that one file has one spelling. */
export interface Target {
  readonly path: AbsolutePath;
  /** Whether the control is met only if this path is covered; the book's literal path is not. */
  readonly required: boolean;
  /** Whether all that lies below it has to be watched, too: it is a directory. */
  readonly recursive: boolean;
  /** Why it is watched, for the comment above its line. */
  readonly why: string;
}

/** A file that the host's loader reads. */
export interface RulesFile {
  readonly path: AbsolutePath;
  /** `image.bytes`, decoded. */
  readonly text: string;
  readonly image: FileImage;
}

/** What the host's loader would load, from files alone. */
export interface Persistent {
  /** In load order. */
  readonly files: readonly RulesFile[];
  /** Of a quick look: those that can matter to the places. */
  readonly statements: readonly Statement[];
  /**
   * Of a quick look that passed over some: all lines, each by its origin, or, where it is passed
   * over, as auditctl will list it.
   */
  readonly order?: readonly (Origin | string)[];
  /** On an empty table, as after a boot, with the places as they are now. */
  readonly loaded: LoadOutcome;
  /** The same with the places that are missing when rules load at boot. */
  readonly atBoot: LoadOutcome;
  /** The file that augenrules writes: what it holds, and what it will hold. */
  readonly generated?: {
    readonly path: AbsolutePath;
    readonly present: string | undefined;
    readonly next: string;
    /** What `present` says, where that is not `next`. */
    readonly stale?: readonly Statement[];
    /** Lines of the present file that no source has: the next run erases them. */
    readonly erased: readonly Statement[];
  };
}

/** The statements of a quick look are those that can matter to the places. */
export type Running = Listing;

export interface Facts {
  readonly machine: Machine;
  readonly programs: Programs;
  /** Undefined if auditctl is absent or did not say. */
  readonly version: AuditVersion | undefined;
  /** How auditd is installed here, asked only where it is missing. */
  readonly installer: Argv | undefined;
  readonly mechanism: Mechanism;
  readonly boot: Boot;
  readonly restart: Restart;
  readonly kernel: Kernel;
  readonly consumer: Consumer;
  readonly storage: Storage;
  readonly docker: Docker;
  /** Looked for only where a plan is made. */
  readonly onlookers: readonly Onlooker[];
  /** What changes of ours brought into this kernel, by the journal: as `auditctl -l` shows it. */
  readonly addedByUs?: readonly string[];
  /** Lines of rules that changes of ours wrote, by the journal. */
  readonly writtenByUs?: ReadonlyMap<AbsolutePath, readonly string[]>;
  /** Whether auditd started last because a change of ours restarted it. */
  readonly restartedByUs?: boolean;
  /** When a change of ours took `never,task` out of this kernel, by the journal: UTC, ISO 8601. */
  readonly unsilencedAt?: string;
  /** By the control's slug. */
  readonly places: ReadonlyMap<string, FoundPlace>;
  readonly world: World;
  readonly shelf: Shelf;
  /** What stands where rules are read or written, links not followed. */
  readonly entries: ReadonlyMap<AbsolutePath, Entry>;
  /** What others could change of that, and of the way there. */
  readonly exposures: readonly Exposure[];
  /** What keeps it from being replaced or removed. Looked for only where a plan is made. */
  readonly hindrances: readonly Hindrance[];
  readonly persistent: Persistent;
  /** The latest time at which the rules are known to have been loaded or written: UTC, ISO 8601. */
  readonly loadedAt?: string;
  readonly running: Running;
  /** `auditctl -l`, as it answered: the evidence for the book's own procedure. */
  readonly listing: { readonly stdout: string; readonly exit: number } | undefined;
  readonly notes: readonly string[];
}
