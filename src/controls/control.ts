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

/** A version of the book: numbers only. */
export interface Benchmark {
  /** Such as `cis-docker-1.2.0`. */
  readonly id: string;
  /** Such as `CIS Docker 1.2.0`. */
  readonly title: string;
  /** How many audit-rule controls the book has in all. */
  readonly auditRuleControls: number;
  readonly sections: readonly Section[];
}

/** One numbered control of one benchmark. */
export interface Section {
  /** Such as `1.2.3`. */
  readonly number: string;
  readonly level: 1 | 2;
  /** Its number in later versions of the book, if it moved. */
  readonly laterNumber?: string;
  readonly control: Control;
  /** Places that this version's text names beside the control's own. */
  readonly also: readonly Place[];
}
