/** The two ledgers of the judge: what the kernel holds now, and what its loader will load again. */

import { bearingUpon } from '../audit/bearing.ts';
import { combine, covers } from '../audit/covers.ts';
import type { Coverage } from '../audit/coverage.ts';
import type { LoadOutcome } from '../audit/load.ts';
import type { Permission, Statement } from '../audit/rule.ts';
import type { Facts, Running, Target } from '../discover/facts.ts';
import type { Standing } from './finding.ts';
import { withOrigins } from './provenance.ts';
import { loadedStatements } from './statements.ts';

type KnownRunning = Extract<Running, { readonly kind: 'known' }>;

/** How well the kernel's table covers the places, now. @param targets of `facts.places` */
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

/** How well the files cover them: now, and when this host boots. @param targets of `facts.places` */
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

/** The tables of a look, each made once for all that is judged by it: facts do not change. */
const made = new WeakMap<object, readonly Statement[]>();

function once(
  key: object,
  { places, world }: Facts,
  make: () => readonly Statement[],
): readonly Statement[] {
  const known = made.get(key);
  if (known !== undefined) return known;
  const targets = [...places.values()].flatMap((place) =>
    place.kind === 'found' ? place.targets.map(({ path }) => path) : [],
  );
  const table = bearingUpon(targets, make(), world);
  made.set(key, table);
  return table;
}

function runningTable(running: KnownRunning, facts: Facts): readonly Statement[] {
  return once(facts, facts, () => withOrigins(running, facts));
}

function loadedTable(outcome: LoadOutcome, facts: Facts): readonly Statement[] {
  return once(outcome, facts, () => loadedStatements(outcome, facts.persistent.statements));
}
