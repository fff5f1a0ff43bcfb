/**
 * The report as one JSON document. Shapes: templates/schema/report.schema.json, change.schema.json.
 * Every string is well-formed Unicode; what no file or kernel would take back is shown, not lost.
 */

import type { Change } from '../apply/change.ts';
import type { Catalogue } from '../controls/catalogue.ts';
import type { Failure } from '../errors.ts';
import { printable } from '../text.ts';
import { findingJson, rulesJson } from './finding-json.ts';
import { hostJson, runJson } from './host-json.ts';
import { judged } from './judged.ts';
import { planJson } from './plan-json.ts';
import { tallyByBook } from './procedure.ts';
import type { Evidenced, HistoryReport, PruneReport, Report, Run } from './report.ts';

/** Of every document. */
export const SCHEMA_VERSION = 1;

/** `check`, `plan`, `fix`, `rollback`: one document, without a final newline. */
export async function reportJson(report: Report): Promise<string> {
  const { run, benchmark, facts, findings, plan, change, failure } = report;
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool: run.tool,
    run: runJson(run, facts),
    host: hostJson(facts),
    benchmark: benchmark.id,
    judged: judged(benchmark, findings),
    byTheBook: byTheBookJson(report),
    findings: findings.map(findingJson),
    ...(report.rules && { rules: rulesJson(report.rules) }),
    ...(report.boot && { boot: report.boot }),
    ...(report.before && { before: report.before.map(findingJson) }),
    ...(plan && { plan: await planJson(plan) }),
    ...((plan || change) && { change: change === undefined ? null : changeJson(change) }),
    ...(report.remaining && { remaining: report.remaining.map(changeJson) }),
    ...(report.proofs && { proofs: report.proofs }),
    ...(report.steps && { steps: report.steps }),
    ...(failure && { error: errorJson(failure) }),
    ...(report.evidence && { evidence: evidenceJson(report.evidence) }),
    exitCode: report.exitCode,
  });
}

/** A run that failed before there was a report. */
export function failureJson(tool: Run['tool'], failure: Failure): string {
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool,
    error: errorJson(failure),
    exitCode: failure.exitCode,
  });
}

/** `history`: one document, without a final newline. */
export function historyJson({ run, changes, vanished, exitCode }: HistoryReport): string {
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool: run.tool,
    changes: changes.map(({ record, ...change }) => ({
      ...changeJson({ record, ...change }),
      time: record.time,
      controls: record.controls,
      paths: record.edited,
      vanished: vanished.flatMap(({ path, id }) => (id === record.id ? [path] : [])),
    })),
    exitCode,
  });
}

/** `history prune`: one document, without a final newline. */
export function pruneJson({ run, changes, bytes, stay, isDone, exitCode }: PruneReport): string {
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool: run.tool,
    prune: { ids: changes.map(({ record }) => record.id), bytes, stay, isDone },
    exitCode,
  });
}

/** How many pass by meaning, and how many of them by text. */
function byTheBookJson({ findings, demandsProcedure = false }: Report): object {
  const { pass, alsoByCommand = null } = tallyByBook(findings);
  return { pass, alsoByCommand, demanded: demandsProcedure };
}

/** `controls`: one document, without a final newline. Shape: templates/schema/catalogue.schema.json. */
export function catalogueJson(tool: Run['tool'], { benchmarks, entries }: Catalogue): string {
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool,
    benchmarks: benchmarks.map(({ id, title, verified }) => ({ id, title, verified })),
    controls: entries.map(({ control, numbers }) => ({
      slug: control.slug,
      title: control.title,
      place: control.place,
      recursive: control.recursive,
      permissions: {
        required: control.required.join(''),
        recommended: control.recommended.join(''),
      },
      numbers: numbers.map(({ benchmark, number, level, unverified }) => ({
        benchmark,
        number,
        level,
        unverified,
      })),
      outside: control.outside,
    })),
    exitCode: 0,
  });
}

function errorJson(failure: Failure): object {
  return { class: failure.name, message: failure.message, advice: failure.advice };
}

function evidenceJson(evidence: Evidenced): object {
  const { directory } = evidence;
  if (evidence.kind === 'failed') return { directory, error: errorJson(evidence.failure) };
  const { sha256, previous, isSigned, isRedacted } = evidence;
  return { directory, sha256, previous, signed: isSigned, redacted: isRedacted };
}

function changeJson(change: Change): object {
  const { record, state, note, backup, left, deadline, foreign, afterBoot } = change;
  return {
    id: record.id,
    state,
    backup,
    restarted: left?.restarted ?? false,
    ...(deadline && { deadline: deadline.at }),
    ...(note !== undefined && { note }),
    ...(afterBoot && { afterBoot }),
    ...(foreign && { foreign }),
    ...(record.announced.length > 0 && { announced: record.announced }),
  };
}

/** One JSON document: C1 controls, DEL and bidirectional marks are legal in it, and shown escaped. */
export function document(value: object): string {
  return JSON.stringify(value, wellFormed, 2).replace(
    /[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Bytes that are no text are shown as `\x80`: consumers refuse lone surrogates. */
function wellFormed(_key: string, value: unknown): unknown {
  return typeof value === 'string' && !value.isWellFormed()
    ? value.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (part) =>
        part.length === 2 ? part : printable(part),
      )
    : value;
}
