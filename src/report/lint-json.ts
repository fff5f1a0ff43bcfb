/** The flaws of rule files as one JSON document. Shape: templates/schema/lint.schema.json. */

import type { Flaw } from '../evaluate/flaws/flaw.ts';
import { document, SCHEMA_VERSION } from './json.ts';
import type { LintReport } from './report.ts';

/** `lint`: one document, without a final newline. */
export function lintJson(report: LintReport): string {
  const { run, facts, isHosts, files, unreadable, flaws, notes, exitCode } = report;
  const { mechanism } = facts;
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool: run.tool,
    startedAt: run.startedAt,
    argv: run.argv,
    architecture: facts.machine.architecture,
    auditVersion: facts.version?.join('.') ?? null,
    loader: isHosts ? mechanism.kind : 'auditctl',
    files,
    unreadable: unreadable.map(({ path, reason }) => ({ path, reason })),
    flaws: flaws.map(flawJson),
    notes,
    exitCode,
  });
}

/** A flaw as every document shows it. */
export function flawJson({ kind, severity, at, text, what, mend, other }: Flaw): object {
  return { kind, severity, ...at, text, what, mend, ...(other && { other }) };
}
