/** What a benchmark asks: a control's substance, and its number in one version of the book. */

import type { Permission } from '../audit/rule.ts';
import type { AbsolutePath } from '../paths.ts';

/** Where a control's watch belongs, before a host is looked at. */
export type Place =
  /** The Docker daemon's executable, wherever the host runs it from. */
  | { readonly kind: 'daemon' }
  /** A systemd unit file, by its FragmentPath. */
  | { readonly kind: 'unit'; readonly unit: string }
  /** An executable that packages bring: each copy of it, by its name. */
  | { readonly kind: 'program'; readonly name: string }
  /** Where the Docker daemon keeps images, containers and volumes. */
  | { readonly kind: 'dataRoot' }
  /** The Docker daemon's own settings: daemon.json, or what `--config-file` names. */
  | { readonly kind: 'daemonConfig' }
  /** The settings of containerd: config.toml, or what its `--config` names. */
  | { readonly kind: 'containerdConfig' }
  /** The socket by which dockerd reaches containerd. */
  | { readonly kind: 'containerdSocket' }
  /** One path, watched where something stands there. */
  | { readonly kind: 'path'; readonly path: AbsolutePath };

/** The command by which the benchmark itself judges, as data: no shell runs it. */
export interface Procedure {
  /** The procedure in words. */
  readonly description: string;
  /** The command that finds the file to look for, if the book prints one. */
  readonly locate?: string;
  /** What the book greps for in `auditctl -l`; `docker.socket` reads as a regular expression there. */
  readonly grep: string;
  /** The command as the book prints it. */
  readonly text: string;
}

/** One recommendation, whatever its number. */
export interface Control {
  /** Such as `docker-daemon`. */
  readonly slug: string;
  readonly title: string;
  readonly description: string;
  readonly place: Place;
  /** Whether what lies below a directory is asked for, too. */
  readonly recursive: boolean;
  /** Whether it applies only where a Docker daemon is: others use such files as well. */
  readonly needsDocker: boolean;
  /** The path that the book's own line watches. */
  readonly literalPath: AbsolutePath;
  /** Without these the control is not met. */
  readonly required: readonly Permission[];
  /** The book's own wish; between the two lies advice. */
  readonly recommended: readonly Permission[];
  readonly rationale: string;
  readonly impact: string;
  readonly defaultValue: string;
  readonly procedure: Procedure;
  readonly remediation: string;
  readonly references: readonly string[];
  readonly safeguards: readonly Safeguard[];
  /** What other scanners call the same thing. */
  readonly outside: readonly OutsideId[];
}

/** A mapping to the CIS Controls, such as version 7, 6.3. */
export interface Safeguard {
  readonly version: string;
  readonly number: string;
  /** The name it has there. */
  readonly title: string;
  /** What it asks for, in our words. */
  readonly summary: string;
}

/** The name of a control in another scanner, at one of its versions. */
export interface OutsideId {
  /** Such as `docker-bench-security`. */
  readonly scanner: string;
  /** Of the scanner, or of its rules. */
  readonly version: string;
  /** Such as `check_1_1_3`. */
  readonly id: string;
  /** What it asks for otherwise than we do. */
  readonly note?: string;
}

/** A version of the book: numbers, and where its text differs. */
export interface Benchmark {
  /** Such as `cis-docker-1.2.0`. */
  readonly id: string;
  /** Such as `CIS Docker 1.2.0`. */
  readonly title: string;
  /** What its numbers and levels were compared with. */
  readonly verified?: string;
  /** Each of its controls that ask for an audit rule. */
  readonly sections: readonly Section[];
  /** Numbers that only other benchmarks have: of controls that this one lacks. */
  readonly elsewhere: readonly OtherNumber[];
}

/** One numbered control of one benchmark. */
export interface Section {
  /** Such as `1.2.3`. */
  readonly number: string;
  readonly level: 1 | 2;
  /** Says what number or level were concluded from, if nobody saw them in the source. */
  readonly unverified?: string;
  /** The control, with the path and the procedure that this version prints. */
  readonly control: Control;
  /** Places that this version's text names beside the control's own. */
  readonly also: readonly Place[];
  /** The same control in every other benchmark, oldest first. */
  readonly otherNumbers: readonly OtherNumber[];
}

/** What another benchmark calls a control. */
export interface OtherNumber {
  /** Of the control. */
  readonly slug: string;
  /** Such as `cis-docker-1.6.0`. */
  readonly benchmark: string;
  /** Such as `CIS Docker 1.6.0`. */
  readonly title: string;
  readonly number: string;
  readonly level: 1 | 2;
  readonly unverified: boolean;
  /** Whether it is an older or a newer version of the same book, or another book. */
  readonly era: 'earlier' | 'later' | 'other';
}
