/** A finding as the JSON report shows it. */

import type { Lack } from '../audit/coverage.ts';
import type { Statement } from '../audit/rule.ts';
import type { Evidence, Finding, Standing } from '../evaluate/finding.ts';
import type { RuleOrigins } from '../evaluate/rule-origins.ts';
import { dissentSentence } from './procedure.ts';

/** One judged control, with what decided it. */
export function findingJson(finding: Finding): object {
  const { section, procedure } = finding;
  return {
    control: section.number,
    title: section.control.title,
    level: section.level,
    slug: section.control.slug,
    ...(section.unverified !== undefined && { unverified: section.unverified }),
    otherNumbers: section.otherNumbers.map(({ benchmark, number, unverified }) => ({
      benchmark,
      number,
      unverified,
    })),
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
    ...(finding.dissent !== undefined && { procedureDissent: dissentSentence(finding) }),
    evidence: finding.evidence.map(evidenceJson),
  };
}

function evidenceJson({ origin, text, source }: Evidence): object {
  return { origin: originJson(origin), text, ...sourceJson(source) };
}

/** Of a rule in the kernel: the line that brought it. */
function sourceJson(source: Evidence['source']): object {
  return source === undefined ? {} : { source: originJson(source) };
}

/** Each rule of the kernel with its line, each line of the files with its fate. */
export function rulesJson({ running, persistent }: RuleOrigins): object {
  return {
    running: running.map(({ index, text, source }) => ({
      index,
      text,
      source: source === undefined ? null : originJson(source),
    })),
    persistent: persistent.map(({ origin, text, loaded, reason }) => ({
      origin: originJson(origin),
      text,
      loaded: loaded ?? null,
      ...(reason !== undefined && { reason }),
    })),
  };
}

/** A line of a file, a place in the kernel's table, or a state. */
export function originJson(origin: Evidence['origin']): object {
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

function statementJson(statement: Statement): object {
  const { origin, text } = statement;
  const source = statement.kind === 'rule' ? statement.source : undefined;
  return { origin: originJson(origin), text, ...sourceJson(source) };
}
