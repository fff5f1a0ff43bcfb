/** Which places a finding still needs watched: by a line, by a live rule alone, or by neither. */

import { covers } from '../audit/covers.ts';
import type { Permission } from '../audit/rule.ts';
import type { Facts, Target } from '../discover/facts.ts';
import { lateReason } from '../discover/world.ts';
import type { Finding } from '../evaluate/finding.ts';
import { runningStanding, type Ledgers } from '../evaluate/ledgers.ts';

/** A place that no file may name, and why. */
export interface Excluded {
  readonly target: Target;
  readonly reason: string;
}

export interface Missing {
  /** Places to write a line for. */
  readonly targets: readonly Target[];
  /** Places that come after the rules are loaded at boot: a rule is added to the kernel alone. */
  readonly liveOnly: readonly Excluded[];
  /** Places whose rule would stop the load and cannot be added live. */
  readonly unwritable: readonly Excluded[];
}

/** What is lacking. The benchmark's literal path is added only where a real one is. */
export function missingFrom(
  finding: Finding,
  facts: Facts,
  ledgers: Ledgers,
  permissions: readonly Permission[],
): Missing {
  const late = finding.targets.filter((target) => lateness(target, facts) !== undefined);
  const lacking = finding.targets.filter((target) =>
    late.includes(target)
      ? runningStanding([target], permissions, facts, ledgers).kind !== 'covered'
      : !isCovered(target, ledgers, permissions),
  );
  const needed = lacking.some((target) => target.required) ? lacking : [];
  const excluded = finding.targets.flatMap((target): readonly Excluded[] => {
    const reason = exclusion(target, facts);
    const isWanted = late.includes(target) || needed.includes(target);
    return reason !== undefined && target.required && isWanted ? [{ target, reason }] : [];
  });
  const live = excluded.filter(({ target }) => late.includes(target) && canBeAdded(target, facts));
  return {
    targets: needed.filter((target) => exclusion(target, facts) === undefined),
    liveOnly: live,
    unwritable: excluded.filter((one) => !live.includes(one)),
  };
}

function isCovered(
  { path, recursive }: Target,
  { loaded }: Ledgers,
  permissions: readonly Permission[],
): boolean {
  return covers({ place: path, permissions, recursive }, loaded).kind === 'covered';
}

/** Why no file may hold a line for `target`, now or because of the next boot; undefined if one may. */
export function exclusion(target: Pick<Target, 'path'>, facts: Facts): string | undefined {
  return hasDirectory(target, facts)
    ? lateness(target, facts)
    : `the directory of ${target.path} does not exist: such a line stops the load`;
}

function lateness({ path }: Pick<Target, 'path'>, { world }: Facts): string | undefined {
  const known = world.paths.get(path);
  return known && lateReason(known);
}

function hasDirectory({ path }: Pick<Target, 'path'>, { world }: Facts): boolean {
  return world.paths.get(path)?.place !== undefined;
}

function canBeAdded(target: Target, facts: Facts): boolean {
  const { kernel } = facts;
  return (
    kernel.kind === 'reachable' && kernel.enabled !== 'immutable' && hasDirectory(target, facts)
  );
}
