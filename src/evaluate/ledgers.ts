/** The two ledgers of the judge: what the kernel holds now, and what its loader will load again. */

import { combine, covers } from '../audit/covers.ts';
import type { Coverage } from '../audit/coverage.ts';
import type { Permission, Statement } from '../audit/rule.ts';
import type { Facts, Target } from '../discover/facts.ts';
import type { Standing } from './finding.ts';
import { withOrigins } from './provenance.ts';
import { loadedStatements } from './statements.ts';

/** How well the kernel's table covers the places, now. */
export function runningStanding(
  targets: readonly Target[],
  permissions: readonly Permission[],
  facts: Facts,
): Standing {
  const { kernel, running } = facts;
  if (running.kind === 'unknown') return { kind: 'unknown', reason: running.reason };
  const coverage = coverageOf(targets, permissions, withOrigins(running, facts), facts);
  if (kernel.kind === 'reachable' && kernel.enabled === 'off' && coverage.kind !== 'absent')
    return {
      kind: 'suppressed',
      by: undefined,
      reason: 'auditing is switched off (enabled 0): rules are listed and nothing fires',
    };
  return coverage;
}

/** How well the files cover them: now, and when this host boots. */
export function persistentStanding(
  targets: readonly Target[],
  permissions: readonly Permission[],
  facts: Facts,
): Standing {
  const { mechanism, persistent } = facts;
  if (mechanism.kind === 'none') return { kind: 'unknown', reason: mechanism.reason };
  const judged = (statements: readonly Statement[]): Coverage =>
    coverageOf(targets, permissions, statements, facts);
  const now = judged(loadedStatements(persistent.loaded, persistent.statements));
  if (now.kind === 'covered' && mechanism.idleAtBoot !== undefined)
    return { ...now, kind: 'partial', lacks: [{ kind: 'boot', reason: mechanism.idleAtBoot }] };
  if (persistent.atBoot === persistent.loaded || now.kind !== 'covered') return now;
  const later = judged(loadedStatements(persistent.atBoot, persistent.statements));
  const stop = persistent.atBoot.problems.find((problem) => problem.stops);
  if (later.kind === 'covered' || stop === undefined) return now;
  const { origin } = stop.statement;
  const where = origin.kind === 'file' ? `${origin.file}:${origin.line}` : 'an earlier line';
  return {
    kind: 'partial',
    by: now.by,
    lacks: [{ kind: 'boot', reason: `at boot ${where} stops the load before it: ${stop.reason}` }],
  };
}

function coverageOf(
  targets: readonly Target[],
  permissions: readonly Permission[],
  table: readonly Statement[],
  { world }: Facts,
): Coverage {
  return combine(
    targets.map(({ path }) => ({
      place: path,
      coverage: covers({ place: path, permissions }, table, world),
    })),
  );
}
