/** The situations that a practice host can be made in, as data: templates/practice/scenarios. */

import auditdStopped from '../../../templates/practice/scenarios/auditd-stopped.json' with { type: 'json' };
import badForeignLine from '../../../templates/practice/scenarios/bad-foreign-line.json' with { type: 'json' };
import compliant from '../../../templates/practice/scenarios/compliant.json' with { type: 'json' };
import fresh from '../../../templates/practice/scenarios/fresh.json' with { type: 'json' };
import generatedFileEdited from '../../../templates/practice/scenarios/generated-file-edited.json' with { type: 'json' };
import immutable from '../../../templates/practice/scenarios/immutable.json' with { type: 'json' };
import kernelOnlyRules from '../../../templates/practice/scenarios/kernel-only-rules.json' with { type: 'json' };
import loadFails from '../../../templates/practice/scenarios/load-fails.json' with { type: 'json' };
import noAuditd from '../../../templates/practice/scenarios/no-auditd.json' with { type: 'json' };
import noDocker from '../../../templates/practice/scenarios/no-docker.json' with { type: 'json' };
import oneMissing from '../../../templates/practice/scenarios/one-missing.json' with { type: 'json' };
import otherDaemon from '../../../templates/practice/scenarios/other-daemon.json' with { type: 'json' };
import suppressed from '../../../templates/practice/scenarios/suppressed.json' with { type: 'json' };
import { UsageFailure } from '../../errors.ts';
import { nearest } from '../../nearest.ts';
import { printable } from '../../text.ts';

/** A rule on `path` is refused, in the kernel's words. */
export interface Refusal {
  readonly path: string;
  readonly reason: string;
}

type Lines = Readonly<Record<string, readonly string[]>>;

/** How a host differs from the plain tree; the steps happen in the order of these fields. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  readonly removed?: readonly string[];
  /** Lines of files that are there before the host boots. */
  readonly files?: Lines;
  /** Takes the kernel's events instead of auditd. */
  readonly daemon?: string;
  /** Lines that a person adds to files of the running host. */
  readonly appended?: Lines;
  /** What a person types then, words parted by spaces. */
  readonly commands?: readonly string[];
  /** From now on. */
  readonly refusals?: readonly Refusal[];
}

/** As `demo --list` shows them. */
export const SCENARIOS: readonly Scenario[] = [
  fresh,
  oneMissing,
  generatedFileEdited,
  suppressed,
  immutable,
  kernelOnlyRules,
  loadFails,
  badForeignLine,
  auditdStopped,
  otherDaemon,
  noAuditd,
  noDocker,
  compliant,
];

/** @throws UsageFailure, which names the nearest */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const near = nearest(
    name,
    SCENARIOS.map((scenario) => scenario.name),
  );
  throw new UsageFailure(
    `cannot find the scenario '${printable(name)}'`,
    near === undefined
      ? 'choose one of these: dockaudit demo --list'
      : `did you mean: dockaudit demo --scenario ${near}`,
  );
}
