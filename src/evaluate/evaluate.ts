/** The one judge: finds the gap, proves a plan on paper, verifies the machine afterwards. */

import type { Statement } from '../audit/rule.ts';
import type { Section } from '../controls/control.ts';
import type { Facts, FoundPlace } from '../discover/facts.ts';
import { adviceFor } from './advice.ts';
import { dissentOf } from './dissent.ts';
import {
  ASSESSMENT,
  type Evidence,
  type Finding,
  type JudgeOptions,
  type Standing,
} from './finding.ts';
import { openLedgers, persistentStanding, runningStanding, type Ledgers } from './ledgers.ts';
import { followProcedure } from './procedure.ts';
import { describeVerdict } from './reason.ts';
import { silentProcesses } from './silent-processes.ts';

/** Judges each section by what `facts` hold. */
export function evaluate(
  sections: readonly Section[],
  facts: Facts,
  options: JudgeOptions,
): readonly Finding[] {
  const ledgers = openLedgers(facts);
  const findings = sections.map((section) => judge(section, facts, options, ledgers));
  return advised(findings, silentProcesses(facts));
}

/** What holds for the whole host is said once: of the daemon, or of the first that applies. */
function advised(findings: readonly Finding[], notes: readonly string[]): readonly Finding[] {
  const applicable = findings.filter(({ targets }) => targets.length > 0);
  const first =
    applicable.find(({ section }) => section.control.place.kind === 'daemon') ?? applicable[0];
  if (first === undefined || notes.length === 0) return findings;
  return findings.map((finding) =>
    finding === first ? { ...finding, advice: [...finding.advice, ...notes] } : finding,
  );
}

function judge(section: Section, facts: Facts, options: JudgeOptions, ledgers: Ledgers): Finding {
  const finding = judgeByMeaning(section, facts, options, ledgers);
  const dissent = dissentOf(finding, facts);
  return dissent === undefined ? finding : { ...finding, dissent };
}

function judgeByMeaning(
  section: Section,
  facts: Facts,
  options: JudgeOptions,
  ledgers: Ledgers,
): Finding {
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
  const running = runningStanding(targets, wanted, facts, ledgers);
  const persistent = persistentStanding(targets, wanted, facts, ledgers);
  const described = describeVerdict({ running, persistent, targets, facts });
  return {
    ...base,
    ...described,
    assessment: ASSESSMENT[described.verdict],
    advice: [
      ...(described.verdict === 'pass'
        ? adviceFor(section.control, targets, facts, options, ledgers)
        : []),
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

function evidenceOf(standing: Standing): readonly Evidence[] {
  if (standing.kind === 'absent' || standing.kind === 'unknown') return [];
  if (standing.kind === 'suppressed' && standing.by === undefined)
    return [{ origin: { kind: 'state' }, text: standing.reason }];
  const statements = standing.kind === 'suppressed' ? [standing.by] : standing.by;
  return statements.flatMap((statement) => (statement ? [evidence(statement)] : []));
}

function evidence(statement: Statement): Evidence {
  const { origin, text } = statement;
  const source = statement.kind === 'rule' ? statement.source : undefined;
  return source === undefined ? { origin, text } : { origin, text, source };
}
