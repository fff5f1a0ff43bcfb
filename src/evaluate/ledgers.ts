/** The two ledgers of the judge: what the kernel holds now, and what its loader will load again. */

import { bearingUpon } from '../audit/bearing.ts';
import { combine, covers } from '../audit/covers.ts';
import type { Coverage, Lack } from '../audit/coverage.ts';
import type { LoadOutcome } from '../audit/load.ts';
import { indexRules, type RuleIndex } from '../audit/rule-index.ts';
import type { Permission, Rule, RuleStatement, Statement } from '../audit/rule.ts';
import type { Facts, Target } from '../discover/facts.ts';
import type { Standing } from './finding.ts';
import { doubted } from './replaced.ts';
import { runningStatements } from './provenance.ts';
import { loadedStatements, originKey } from './statements.ts';

/** The rules of a host that can bear upon its places, put in order once for all controls. */
export interface Ledgers {
  /** Undefined where the kernel did not answer. */
  readonly running: RuleIndex | undefined;
  /** What a load would leave in an empty kernel: now, and when this host boots. */
  readonly loaded: RuleIndex;
  readonly atBoot: RuleIndex;
}

/** Reads both ledgers of a host; a listed rule is taken for what its line says. */
export function openLedgers(facts: Facts): Ledgers {
  const { persistent, world, places } = facts;
  const targets = [...places.values()].flatMap((place) =>
    place.kind === 'found' ? place.targets : [],
  );
  const isWanted = bearingUpon(targets, world, () => rulesOf(facts));
  const left = (outcome: LoadOutcome): readonly RuleStatement[] =>
    loadedStatements(outcome, persistent.statements, isWanted);
  const written = left(persistent.loaded);
  const running = runningStatements(facts, isWanted, written);
  const loaded = indexRules(written, world);
  return {
    running: running && indexRules(running, world),
    loaded,
    atBoot:
      persistent.atBoot === persistent.loaded ? loaded : indexRules(left(persistent.atBoot), world),
  };
}

function rulesOf({ persistent, running }: Facts): readonly Rule[] {
  const listed = running.kind === 'known' ? running.statements : [];
  return [...persistent.statements, ...listed].flatMap((one) =>
    one.kind === 'rule' ? one.rule : [],
  );
}

/** How well the kernel's table covers the places, now. */
export function runningStanding(
  targets: readonly Target[],
  permissions: readonly Permission[],
  facts: Facts,
  ledgers: Ledgers,
): Standing {
  const { kernel, running } = facts;
  if (running.kind === 'unknown') return { kind: 'unknown', reason: running.reason };
  if (!ledgers.running) return { kind: 'absent' };
  const coverage = doubted(coversAll(targets, permissions, ledgers.running), facts);
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
  { mechanism, persistent }: Facts,
  { loaded, atBoot }: Ledgers,
): Standing {
  if (mechanism.kind === 'none') return { kind: 'unknown', reason: mechanism.reason };
  const now = coversAll(targets, permissions, loaded);
  if (now.kind !== 'absent' && persistent.loaded.state.status.enabled === 0)
    return switchedOff(persistent.statements);
  if (now.kind === 'covered' && mechanism.idleAtBoot !== undefined)
    return { ...now, kind: 'partial', lacks: [{ kind: 'boot', reason: mechanism.idleAtBoot }] };
  if (atBoot === loaded || now.kind !== 'covered') return now;
  const later = coversAll(targets, permissions, atBoot);
  if (later.kind === 'covered') return now;
  return { kind: 'partial', by: now.by, lacks: [bootLack(now.by, persistent.atBoot)] };
}

/** Rules load, and nothing fires. Source: auditctl(8), -e; measured. */
function switchedOff(statements: readonly Statement[]): Standing {
  const by = statements.findLast(
    (one) =>
      one.kind !== 'blank' && one.directives?.some((it) => it.name === 'enabled' && it.value === 0),
  );
  const where =
    by?.origin.kind === 'file' ? `${by.origin.file}:${by.origin.line} switches` : '-e 0 switches';
  return { kind: 'suppressed', by, reason: `${where} auditing off, and nothing fires` };
}

/** What keeps the rules from being loaded at boot: an earlier line, or their own place. */
function bootLack(by: readonly Statement[], { problems }: LoadOutcome): Lack {
  const origins = new Set(by.map(({ origin }) => originKey(origin)));
  const stop = problems.find(({ stops }) => stops);
  const own = problems.find(({ statement }) => origins.has(originKey(statement.origin)));
  const problem = own ?? stop;
  if (problem === undefined)
    return { kind: 'boot', reason: 'at boot its place is not there when the rules are loaded' };
  const { origin } = problem.statement;
  const where = origin.kind === 'file' ? `${origin.file}:${origin.line}` : 'an earlier line';
  const what = problem === own ? 'does not load' : 'stops the load before it';
  return { kind: 'boot', reason: `at boot ${where} ${what}: ${problem.reason}` };
}

/** All `targets` as one. */
function coversAll(
  targets: readonly Target[],
  permissions: readonly Permission[],
  index: RuleIndex,
): Coverage {
  return combine(
    targets.map(({ path, recursive }) => ({
      place: path,
      coverage: covers({ place: path, permissions, recursive }, index),
    })),
  );
}
