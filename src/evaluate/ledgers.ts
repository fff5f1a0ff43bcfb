/** The two ledgers of the judge: what the kernel holds now, and what its loader will load again. */

import { byPlace, type TableByPlace } from '../audit/by-place.ts';
import { combine, covers } from '../audit/covers.ts';
import type { Coverage } from '../audit/coverage.ts';
import type { LoadOutcome } from '../audit/load.ts';
import type { Permission } from '../audit/rule.ts';
import type { Facts, Running, Target } from '../discover/facts.ts';
import type { Standing } from './finding.ts';
import { withOrigins } from './provenance.ts';
import { loadedStatements } from './statements.ts';

type KnownRunning = Extract<Running, { readonly kind: 'known' }>;

/** How well the kernel's table covers the places, now. */
export function runningStanding(
  targets: readonly Target[],
  permissions: readonly Permission[],
  facts: Facts,
): Standing {
  const { kernel, running } = facts;
  if (running.kind === 'unknown') return { kind: 'unknown', reason: running.reason };
  const coverage = coverageOf(targets, permissions, runningTable(running, facts), facts);
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
  const judged = (outcome: LoadOutcome): Coverage =>
    coverageOf(targets, permissions, loadedTable(outcome, facts), facts);
  const now = judged(persistent.loaded);
  if (now.kind === 'covered' && mechanism.idleAtBoot !== undefined)
    return { ...now, kind: 'partial', lacks: [{ kind: 'boot', reason: mechanism.idleAtBoot }] };
  if (persistent.atBoot === persistent.loaded || now.kind !== 'covered') return now;
  const later = judged(persistent.atBoot);
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
  table: TableByPlace,
  { world }: Facts,
): Coverage {
  return combine(
    targets.map(({ path }) => ({
      place: path,
      coverage: covers({ place: path, permissions }, table(path), world),
    })),
  );
}

/** Tables of what was looked at: made once, for all places and permissions that are judged. */
const made = new WeakMap<object, TableByPlace>();

function once(key: object, make: () => TableByPlace): TableByPlace {
  const table = made.get(key) ?? make();
  made.set(key, table);
  return table;
}

function runningTable(running: KnownRunning, facts: Facts): TableByPlace {
  return once(facts, () => byPlace(withOrigins(running, facts), facts.world));
}

function loadedTable(outcome: LoadOutcome, { persistent, world }: Facts): TableByPlace {
  return once(outcome, () => byPlace(loadedStatements(outcome, persistent.statements), world));
}
