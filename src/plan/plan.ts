/** The proposal: what would be written and run, what the host would then have, and what it will not mend. */

import type { Rule } from '../audit/rule.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { Argv, FileImage } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import type { InputHashes } from './fingerprint.ts';

/** One file's before and after. */
export interface Edit {
  readonly path: AbsolutePath;
  readonly before: FileImage | undefined;
  /** Undefined where the file goes. */
  readonly after: FileImage | undefined;
  /** Numbers of the controls that its new lines serve. */
  readonly satisfies: readonly string[];
}

/** What will follow from the edits, for a person to see; nobody writes these. */
export type Preview =
  | {
      readonly kind: 'file';
      readonly path: AbsolutePath;
      readonly before: string | undefined;
      readonly after: string;
    }
  | {
      readonly kind: 'table' | 'status';
      readonly before: readonly string[];
      readonly after: readonly string[];
    };

/** How the edits reach the kernel. */
export type Activation =
  /** The host's own loader: the table becomes the present one plus ours. */
  | { readonly kind: 'load'; readonly commands: readonly Argv[]; readonly reason: string }
  /** Ours alone, one by one, because a reload would change more than ours. */
  | { readonly kind: 'add'; readonly commands: readonly Argv[]; readonly reason: string }
  | { readonly kind: 'reboot'; readonly reason: string }
  | { readonly kind: 'none'; readonly reason: string };

/** What happens to the daemon after a clean load. */
export type Daemon =
  | {
      readonly kind: 'restart' | 'start';
      readonly commands: readonly Argv[];
      readonly reason: string;
    }
  | { readonly kind: 'leave'; readonly reason: string };

/** A place that the plan's lines would watch, and all that decides how much that logs. */
export interface Watch {
  readonly control: string;
  readonly path: AbsolutePath;
  /** Such as `wa`. */
  readonly permissions: string;
  /** One file or directory alone, all below a directory, or all that Docker keeps. */
  readonly extent: 'path' | 'directory' | 'dataRoot';
}

/** Rules that no file may hold, added once nothing more is loaded or restarted. */
export interface LiveOnly {
  readonly commands: readonly Argv[];
  /** Control numbers. */
  readonly controls: readonly string[];
  readonly reason: string;
  /** `auditctl -l` before these: what a load and a restart have to lead to. */
  readonly tableBefore: readonly string[];
}

/** When a table is compared: after load and restart, or once the live rules are added, too. */
export type TableStage = 'loaded' | 'whole';

/** A rule that is taken out of force, because it silences controls. */
export interface Silencer {
  /** Control numbers. */
  readonly controls: readonly string[];
  /** As the kernel holds it. */
  readonly rule: Rule;
  /** As it was written or listed. */
  readonly text: string;
  /** The line that is commented out, of a file that the host's loader reads. */
  readonly line?: { readonly file: AbsolutePath; readonly line: number };
  /** Its place in `auditctl -l`, from 1, if the kernel holds it. */
  readonly index?: number;
}

/** A rule of ours that goes: from its file, from the kernel, or from both. */
export interface Withdrawn {
  /** As the kernel holds it. */
  readonly rule: Rule;
  /** As it was written or listed. */
  readonly text: string;
  readonly reason: string;
  readonly line?: { readonly file: AbsolutePath; readonly line: number };
  /** Its place in `auditctl -l`, from 1, if the kernel loses it. */
  readonly index?: number;
}

/** A control that no added line can mend. */
export interface LeftOut {
  readonly control: string;
  readonly reason: string;
  readonly mend: string;
}

/** Why nothing may be done at all: it would harm the whole load, or could not be undone. */
export interface Blocker {
  readonly path?: AbsolutePath;
  readonly line?: number;
  readonly reason: string;
  readonly mend: string;
}

/** Who else will notice the change, and how. */
export interface Witness {
  readonly kind: 'rule' | 'log' | 'gap' | 'etckeeper' | 'scanner';
  readonly who: string;
  readonly what: string;
}

/** What each chosen control will be judged once the plan is carried out. */
export interface Promised {
  readonly control: string;
  readonly verdict: Finding['verdict'];
  /** `--procedure`: the book's own command will pass it, too. */
  readonly procedure?: 'pass';
}

export interface Plan {
  readonly edits: readonly Edit[];
  /** Of the lines of the edits. */
  readonly watches: readonly Watch[];
  readonly preview: readonly Preview[];
  readonly activation: Activation;
  readonly daemon: Daemon;
  readonly liveOnly: LiveOnly | undefined;
  /** Taken out of force, only where it was asked for. */
  readonly unsilenced: readonly Silencer[];
  /** Ours that serve no place any more, or all that is ours. */
  readonly withdrawn: readonly Withdrawn[];
  readonly promises: readonly Promised[];
  readonly leftOut: readonly LeftOut[];
  readonly blockers: readonly Blocker[];
  /** Rules of ours that the kernel gains: rollback takes out these and no others. */
  readonly added: readonly Rule[];
  /** Rules of others that the kernel loses because they silence: rollback brings them back. */
  readonly removed: readonly Rule[];
  /** Every file that the road may write, the loader's own too. */
  readonly touches: readonly AbsolutePath[];
  readonly witnesses: readonly Witness[];
  /** Warnings and facts that a person should know before saying yes. */
  readonly notes: readonly string[];
  /** SHA-256 over all that the plan was made from. */
  readonly inputs: string;
  /** The same of each input, by its name; a blocked plan needs none. */
  readonly inputHashes?: InputHashes;
}

/** Whether carrying out the plan would do anything at all. */
export function isEmpty(plan: Plan): boolean {
  return (
    plan.edits.length === 0 &&
    (plan.activation.kind === 'none' || plan.activation.kind === 'reboot') &&
    plan.daemon.kind === 'leave' &&
    plan.liveOnly === undefined
  );
}
