/** What doctor tells as one JSON document. Shape: templates/schema/doctor.schema.json. */

import type { Diagnosis } from './doctor.ts';
import { hostJson } from './host-json.ts';
import { document, SCHEMA_VERSION } from './json.ts';

export function diagnosisJson(seen: Diagnosis): string {
  const { run, facts, kernelRelease, boot, reload, afterBoot, plan, changes, state } = seen;
  const [latest] = changes ?? [];
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool: run.tool,
    host: hostJson(facts),
    kernelRelease,
    restart: facts.restart,
    reload: reload ?? null,
    boot: { ...boot, prospect: afterBoot },
    leftOut: plan.leftOut,
    blockers: plan.blockers,
    changes:
      changes === undefined
        ? null
        : {
            count: changes.length,
            ...(latest && { latest: { id: latest.record.id, state: latest.state } }),
            ...(seen.unfinished && { unfinished: seen.unfinished.record.id }),
          },
    state,
    managers: seen.managers,
    onlookers: facts.onlookers,
    exitCode: seen.exitCode,
  });
}
