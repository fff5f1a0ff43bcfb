/** A change: an applied plan with an id, and what its journal says about it. */

import type { Rule } from '../audit/rule.ts';
import type { KernelStatus } from '../audit/status.ts';
import type { Argv } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Promised } from '../plan/plan.ts';
import type { AfterImage, BeforeImage, MergedImage, Ownership } from './kept-image.ts';
import type { Aftermath, Registration } from './after-boot.ts';
import type { Deadline } from './waiting.ts';
import type { WrittenLines } from './record.ts';

export type ChangeState =
  | 'prepared'
  | 'written'
  | 'activated'
  | 'unconfirmed'
  | 'kept'
  | 'undoing'
  | 'rolledBack'
  | 'needsPerson';

/** All that going forward needs, written before the first byte changes. */
export interface Forward {
  readonly files: readonly AfterImage[];
  /** SHA-256 of what the loader makes of them, by its own file. */
  readonly generated: Readonly<Record<string, string>>;
  readonly activation: readonly Argv[];
  readonly daemon: readonly Argv[];
  readonly liveOnly: readonly Argv[];
  /** `auditctl -l`; null where no kernel was asked. */
  readonly table: {
    readonly before: readonly string[];
    /** After load and restart. */
    readonly loaded: readonly string[];
    /** With the live rules, too. */
    readonly whole: readonly string[];
    /** Places in `before`, from 1, of the rules that silence and go. */
    readonly gone: readonly number[];
  } | null;
  readonly promises: readonly Promised[];
  /** The words by which the same is judged again. */
  readonly asked: readonly string[];
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
  /** Rules of ours that it took out of the kernel, in the order of the listing. */
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
  /** Absent in journals of before it was thought of: such a change can only go back. */
  readonly forward?: Forward;
  /** `--check-after-boot`. */
  readonly afterBoot?: Registration;
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
  /** What an undo has to reach, before its first byte. */
  readonly undo?: Undo;
  /** The boot in which it goes forward, if that is a later one. */
  readonly bootId?: string;
  readonly afterBoot?: Aftermath;
  /** A dossier that was written about it: such a line is no new state. */
  readonly evidence?: { readonly directory: string; readonly sha256: string };
}

/** Rules of others in the kernel, in their order. */
export interface Foreign {
  /** Afterwards. */
  readonly count: number;
  /** Of their lines as `auditctl -l` prints them. */
  readonly sha256Before: string;
  readonly sha256After: string;
}

/** An undo that goes on after a crash goes to the same end. */
export interface Undo {
  /** A table lives as long as its boot. */
  readonly bootId: string;
  /** The table to reach; null for the one before the change. */
  readonly goal: readonly string[] | null;
  /** Files that stay as they are. */
  readonly leave: readonly AbsolutePath[];
  /** Files that others had edited; absent where there were none. */
  readonly merged?: readonly MergedImage[];
}

export interface Left {
  /** SHA-256 of each file that the change touched; `absent` where there is none. */
  readonly files: Readonly<Record<string, string>>;
  /** Of those that are there; absent in journals of before it was thought of. */
  readonly ownership?: Readonly<Record<string, Ownership>>;
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
  readonly undo?: Undo;
  /** The boot in which it went forward, if that was a later one. */
  readonly bootId?: string;
  /** What the check after the boot found. */
  readonly afterBoot?: Aftermath;
}
