/** The one judge: finds the gap, proves a plan on paper, verifies the machine afterwards. */

import type { Section } from '../controls/control.ts';
import type { Facts, FoundPlace } from '../discover/facts.ts';
import { adviceFor } from './advice.ts';
import {
  ASSESSMENT,
  type Evidence,
  type Finding,
  type JudgeOptions,
  type Standing,
} from './finding.ts';
import { persistentStanding, runningStanding } from './ledgers.ts';
import { followProcedure } from './procedure.ts';
import { describeVerdict } from './reason.ts';

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
  const described = describeVerdict({ running, persistent, targets, facts });
  return {
    ...base,
    ...described,
    assessment: ASSESSMENT[described.verdict],
    advice: [
      ...(described.verdict === 'pass' ? adviceFor(section.control, targets, facts, options) : []),
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
  return statements.flatMap((statement) =>
    statement ? [{ origin: statement.origin, text: statement.text }] : [],
  );
}
