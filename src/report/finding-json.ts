/** A finding as the JSON report shows it. */

import type { Lack } from '../audit/coverage.ts';
import type { Statement } from '../audit/rule.ts';
import type { Evidence, Finding, Standing } from '../evaluate/finding.ts';

export function findingJson(finding: Finding): object {
  const { section, procedure } = finding;
  return {
    control: section.number,
    title: section.control.title,
    level: section.level,
    slug: section.control.slug,
    otherNumbers: section.otherNumbers.map(({ benchmark, number }) => ({ benchmark, number })),
    verdict: finding.verdict,
    assessment: finding.assessment,
    basis: finding.basis,
    reason: finding.reason,
    ...(finding.mend !== undefined && { mend: finding.mend }),
    advice: finding.advice,
    targets: finding.targets,
    running: standingJson(finding.running),
    persistent: standingJson(finding.persistent),
    procedure: procedure?.verdict ?? null,
    procedureEvidence:
      procedure === undefined
        ? null
        : { command: procedure.command, output: procedure.output, exit: procedure.exit },
    evidence: finding.evidence.map(evidenceJson),
  };
}

function evidenceJson({ origin, text }: Evidence): object {
  return { origin: originJson(origin), text };
}

function originJson(origin: Evidence['origin']): object {
  switch (origin.kind) {
    case 'file':
      return { file: origin.file, line: origin.line };
    case 'kernel':
      return { kernelIndex: origin.index };
    case 'argument':
      return { argument: true };
    case 'state':
      return { state: true };
    default:
      return origin satisfies never;
  }
}

function standingJson(standing: Standing): object {
  switch (standing.kind) {
    case 'covered':
      return { kind: standing.kind, by: standing.by.map(statementJson) };
    case 'partial':
      return {
        kind: standing.kind,
        by: standing.by.map(statementJson),
        lacks: standing.lacks.map(lackJson),
      };
    case 'suppressed':
      return {
        kind: standing.kind,
        by: standing.by === undefined ? [] : [statementJson(standing.by)],
        reason: standing.reason,
      };
    case 'unknown':
      return { kind: standing.kind, reason: standing.reason };
    case 'absent':
      return { kind: standing.kind };
    default:
      return standing satisfies never;
  }
}

function lackJson(lack: Lack): object {
  return 'by' in lack ? { ...lack, by: statementJson(lack.by) } : lack;
}

function statementJson({ origin, text }: Statement): object {
  return { origin: originJson(origin), text };
}
