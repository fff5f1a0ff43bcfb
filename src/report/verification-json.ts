/** `evidence verify`: one document. Shape: templates/schema/verification.schema.json. */

import { document, SCHEMA_VERSION } from './json.ts';
import type { VerificationReport } from './report.ts';

export function verificationJson(report: VerificationReport): string {
  const { run, directory, manifest, sha256, isCompared, signature, alterations, exitCode } = report;
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool: run.tool,
    directory,
    sha256: sha256 ?? null,
    compared: isCompared,
    manifest: manifest ?? null,
    signature: signature ?? null,
    alterations,
    exitCode,
  });
}
