/** The one judge: finds the gap, proves a plan on paper, verifies the machine afterwards. */

import { combine, covers, type Requirement } from '../audit/covers.ts';
import type { Coverage } from '../audit/coverage.ts';
import type { Permission, Statement } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { Section } from '../controls/control.ts';
import type { Facts, FoundPlace, Target } from '../discover/facts.ts';
import { ASSESSMENT, type Evidence, type Finding, type Standing, type Verdict } from './finding.ts';
import { followProcedure } from './procedure.ts';
import { withOrigins } from './provenance.ts';
import { describeVerdict } from './reason.ts';
import { loadedStatements } from './statements.ts';

export interface JudgeOptions {
  /** Ask for the recommended permissions, not only the required ones. */
  readonly strict: boolean;
  /** The key that our rules carry: another one is worth a word, never a rule. */
  readonly key: string;
}

/** Judges each section by what `facts` hold. */
export function evaluate(
  sections: readonly Section[],
  facts: Facts,
  options: JudgeOptions,
): readonly Finding[] {
  return sections.map((section) => judge(section, facts, options));
}

function judge(section: Section, facts: Facts, options: JudgeOptions): Finding {
  const place = facts.places.get(section.control.slug);
  const base = {
    section,
    basis: facts.kernel.kind === 'notAsked' ? ('files' as const) : ('kernel+files' as const),
    procedure: followProcedure(section.control, facts),
  };
  if (place?.kind !== 'found') return notApplicable(base, place);

  const { required, recommended } = section.control;
  const targets = place.targets.filter((target) => target.required);
  const wanted = options.strict ? recommended : required;
  const running = runningStanding(targets, wanted, facts);
  const persistent = persistentStanding(targets, wanted, facts);
  const described = describeVerdict({ running, persistent, facts, targets });
  return {
    ...base,
    ...described,
    assessment: ASSESSMENT[described.verdict],
    advice: [
      ...adviceOf(described.verdict, targets, recommended, running, persistent, facts, options),
      ...place.notes,
    ],
    targets: place.targets,
    running,
    persistent,
    evidence: [...evidenceOf(running), ...evidenceOf(persistent)],
  };
}

function notApplicable(
  base: Pick<Finding, 'section' | 'basis' | 'procedure'>,
  place: FoundPlace | undefined,
): Finding {
  const unknown: Standing = { kind: 'unknown', reason: 'there is nothing to watch' };
  return {
    ...base,
    verdict: 'notApplicable',
    assessment: ASSESSMENT.notApplicable,
    reason: place?.kind === 'notApplicable' ? place.reason : 'nothing on this host to watch',
    advice: [],
    targets: [],
    running: unknown,
    persistent: unknown,
    evidence: [],
  };
}

function runningStanding(
  targets: readonly Target[],
  permissions: readonly Permission[],
  facts: Facts,
): Standing {
  const { kernel, running } = facts;
  if (running.kind === 'unknown') return { kind: 'unknown', reason: running.reason };
  const coverage = coverageOf(targets, permissions, withOrigins(running, facts), facts.world);
  if (kernel.kind === 'reachable' && kernel.enabled === 'off' && coverage.kind !== 'absent')
    return {
      kind: 'suppressed',
      by: undefined,
      reason: 'auditing is switched off (enabled 0): rules are listed and nothing fires',
    };
  return coverage;
}

function persistentStanding(
  targets: readonly Target[],
  permissions: readonly Permission[],
  facts: Facts,
): Standing {
  const { mechanism, persistent, world } = facts;
  if (mechanism.kind === 'none') return { kind: 'unknown', reason: mechanism.reason };
  const judged = (statements: readonly Statement[]): Coverage =>
    coverageOf(targets, permissions, statements, world);
  const now = judged(loadedStatements(persistent.loaded, persistent.statements));
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
  world: World,
): Coverage {
  return combine(
    targets.map(({ path }) => {
      const requirement: Requirement = { place: path, permissions };
      return { place: path, coverage: covers(requirement, table, world) };
    }),
  );
}

/** Between required and recommended lies advice, and so does another key. */
function adviceOf(
  verdict: Verdict,
  targets: readonly Target[],
  recommended: readonly Permission[],
  running: Standing,
  persistent: Standing,
  facts: Facts,
  options: JudgeOptions,
): readonly string[] {
  if (verdict !== 'pass') return [];
  const advice: string[] = [];
  const ledger = running.kind === 'covered' ? running : persistent;
  const more =
    facts.running.kind === 'known'
      ? coverageOf(targets, recommended, withOrigins(facts.running, facts), facts.world)
      : { kind: 'covered' as const, by: [] };
  const lack =
    more.kind === 'partial' ? more.lacks.find((one) => one.kind === 'permission') : undefined;
  if (lack?.kind === 'permission')
    advice.push(
      `the benchmark also asks for ${lack.permissions.join('')}; '--strict' would demand it`,
    );
  const keys = ledger.kind === 'covered' ? ledger.by.flatMap(keysOf) : [];
  if (ledger.kind === 'covered' && !keys.includes(options.key))
    advice.push(
      keys.length === 0
        ? `its rules carry no key: 'ausearch -k ${options.key}' will not find the events`
        : `its events carry the key ${keys.join(', ')}, not ${options.key}: search for that`,
    );
  return advice;
}

function keysOf(statement: Statement): readonly string[] {
  return statement.kind === 'rule' ? statement.rule.keys : [];
}

function evidenceOf(standing: Standing): readonly Evidence[] {
  if (standing.kind === 'absent' || standing.kind === 'unknown') return [];
  if (standing.kind === 'suppressed' && standing.by === undefined)
    return [{ origin: { kind: 'state' }, text: standing.reason }];
  const statements = standing.kind === 'suppressed' ? [standing.by] : standing.by;
  return statements.flatMap((statement) =>
    statement ? [{ origin: statement.origin, text: statement.text }] : [],
  );
}
