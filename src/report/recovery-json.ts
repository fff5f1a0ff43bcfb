/** The report of `recover` as one JSON document. Shape: templates/schema/recovery.schema.json. */

import { document, SCHEMA_VERSION } from './json.ts';
import { describeInterruption } from './recovery.ts';
import type { RecoveryReport } from './report.ts';

/** One document, without a final newline. */
export function recoveryJson({ run, recovered, exitCode }: RecoveryReport): string {
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool: run.tool,
    recovered: recovered.map(({ id, interrupted, stand, to = null, state, steps }) => ({
      id,
      time: interrupted.record.time,
      interrupted: interrupted.state,
      found: {
        files: stand.files,
        table: stand.table ?? null,
        booted: stand.isBooted,
        inWords: describeInterruption(interrupted, stand),
      },
      to,
      state,
      steps,
    })),
    exitCode,
  });
}
