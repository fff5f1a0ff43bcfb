/** A change: an applied plan with an id, and what its journal says about it. */

import type { Rule } from '../audit/rule.ts';
import type { KernelStatus } from '../audit/status.ts';
import type { Argv } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';

export type ChangeState =
  'prepared' | 'written' | 'activated' | 'unconfirmed' | 'kept' | 'rolledBack' | 'needsPerson';

/** A file as it was before the change; `backup` names its bytes beside the journal. */
export interface BeforeImage {
  readonly path: AbsolutePath;
  readonly before:
    | {
        readonly backup: string;
        readonly sha256: string;
        readonly mode: number;
        readonly uid: number;
        readonly gid: number;
        /** UTC, ISO 8601. */
        readonly mtime: string;
      }
    /** There was no such file. */
    | null;
}

/** All that going back needs, written before the first byte changes. */
export interface ChangeRecord {
  readonly schemaVersion: 1;
  readonly id: string;
  /** UTC, ISO 8601. */
  readonly time: string;
  readonly tool: string;
  /** `/`, or the image's root. */
  readonly root: AbsolutePath;
  readonly loginuid: number;
  readonly argv: readonly string[];
  readonly controls: readonly string[];
  readonly files: readonly BeforeImage[];
  /** Files whose bytes the plan itself writes, the others belong to the loader. */
  readonly edited: readonly AbsolutePath[];
  readonly activation: 'load' | 'add' | 'reboot' | 'none';
  readonly added: readonly Rule[];
  /** Rules of others that it took out of the kernel, because they silenced a control. */
  readonly removed: readonly Rule[];
  /** Rules of ours that it took out of the kernel. */
  readonly withdrawn: readonly Rule[];
  /** Lines of rules that it wrote: by these we know them again. */
  readonly wrote: readonly WrittenLines[];
  /** The kernel before; null where no kernel was asked. */
  readonly kernel: {
    /** A table lives as long as its boot. */
    readonly bootId: string;
    readonly listing: readonly string[];
    /** The same as rules; null where a listing does not tell what they are for sure. */
    readonly rules: readonly Rule[] | null;
    readonly status: KernelStatus;
    readonly daemonPid: number;
  } | null;
  readonly daemon: {
    /** What the change does with it. */
    readonly action: 'start' | 'restart' | 'leave';
    readonly start: readonly Argv[];
    readonly stop: readonly Argv[];
  };
  /** Steps that the change announced and that rollback leaves, such as installing auditd. */
  readonly announced: readonly string[];
}

/** What a change added to one file, comments left out. */
export interface WrittenLines {
  readonly path: AbsolutePath;
  readonly lines: readonly string[];
}

/** One line of the journal after the record. */
export interface JournalEntry {
  readonly time: string;
  readonly state: ChangeState;
  readonly note?: string;
  /** How the change left the host, once it is kept. */
  readonly left?: Left;
  /** Of an unconfirmed change. */
  readonly deadline?: Deadline;
  /** Once it is kept or undone; absent where no kernel was asked. */
  readonly foreign?: Foreign;
}

/** Until when a person has to confirm a change, and what undoes it otherwise. */
export interface Deadline {
  /** UTC, ISO 8601. */
  readonly at: string;
  /** A timer of systemd, or a process of ours. */
  readonly watcher: 'timer' | 'process';
}

/** Rules of others in the kernel, in their order. */
export interface Foreign {
  /** Afterwards. */
  readonly count: number;
  /** Of their lines as `auditctl -l` prints them. */
  readonly sha256Before: string;
  readonly sha256After: string;
}

export interface Left {
  /** SHA-256 of each file that the change touched; `absent` where there is none. */
  readonly files: Readonly<Record<string, string>>;
  /** `auditctl -l`; null where no kernel was asked. */
  readonly listing: readonly string[] | null;
  readonly restarted: boolean;
}

/** A change as the journal tells it. */
export interface Change {
  readonly record: ChangeRecord;
  readonly state: ChangeState;
  /** When it came to this state, UTC, ISO 8601. */
  readonly since: string;
  readonly note?: string;
  /** While it is unconfirmed. */
  readonly deadline?: Deadline;
  /** When the kernel held the rules, UTC, ISO 8601; absent if it never came to that. */
  readonly activatedAt?: string;
  /** Where its before-images lie. */
  readonly backup: AbsolutePath;
  readonly left: Left | undefined;
  readonly foreign?: Foreign;
}

/** A change in these states is neither kept nor undone, and has to be ended first. */
export const UNFINISHED: readonly ChangeState[] = [
  'prepared',
  'written',
  'activated',
  'needsPerson',
];

/** What `apply` and `rollback` tell while they work. */
export type Event =
  | { readonly kind: 'started'; readonly step: string }
  | { readonly kind: 'done'; readonly step: string; readonly detail: string; readonly ms: number }
  | {
      readonly kind: 'failed';
      readonly step: string;
      readonly detail: string;
      readonly ms: number;
    };

export type Progress = (event: Event) => void;
