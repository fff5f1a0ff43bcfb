/** Which places a finding still needs watched, and which of them can be written at all. */

import { covers } from '../audit/covers.ts';
import type { Permission, Statement } from '../audit/rule.ts';
import type { Facts, Target } from '../discover/facts.ts';
import type { Finding } from '../evaluate/finding.ts';
import { loadedStatements } from '../evaluate/statements.ts';

export interface Missing {
  /** Places to write a line for. */
  readonly targets: readonly Target[];
  /** Places whose line would stop the load, now or at boot: never written. */
  readonly unwritable: readonly { readonly target: Target; readonly reason: string }[];
}

/** What the files lack. The benchmark's literal path is added only where a real one is. */
export function missingFrom(
  finding: Finding,
  facts: Facts,
  permissions: readonly Permission[],
): Missing {
  const table = loadedStatements(facts.persistent.loaded, facts.persistent.statements);
  const lacking = finding.targets.filter((target) => !isCovered(target, table, facts, permissions));
  const needed = lacking.some((target) => target.required) ? lacking : [];
  const judged = needed.map((target) => ({ target, reason: unwritableReason(target, facts) }));
  return {
    targets: judged.filter(({ reason }) => reason === undefined).map(({ target }) => target),
    unwritable: judged.flatMap(({ target, reason }) =>
      reason !== undefined && target.required ? [{ target, reason }] : [],
    ),
  };
}

function isCovered(
  target: Target,
  table: readonly Statement[],
  facts: Facts,
  permissions: readonly Permission[],
): boolean {
  return covers({ place: target.path, permissions }, table, facts.world).kind === 'covered';
}

/** Why a line for `target` would stop the load, now or at boot; undefined if it would not. */
export function unwritableReason(target: Pick<Target, 'path'>, facts: Facts): string | undefined {
  const known = facts.world.paths.get(target.path);
  if (known?.missingAtBoot !== undefined) return known.missingAtBoot;
  return known?.place === undefined
    ? `the directory of ${target.path} does not exist: such a line stops the load`
    : undefined;
}
