/** Explained rules as one JSON document. Shape: templates/schema/rule.schema.json. */

import type { RuleMeaning } from '../evaluate/meaning/meaning.ts';
import { originJson } from './finding-json.ts';
import { document, SCHEMA_VERSION } from './json.ts';
import { flawJson } from './lint-json.ts';
import type { Run } from './report.ts';

/** `explain -- RULE`: one document, without a final newline. */
export function rulesJson({ tool }: Run, meanings: readonly RuleMeaning[]): string {
  return document({
    schemaVersion: SCHEMA_VERSION,
    tool,
    rules: meanings.map(ruleJson),
    exitCode: 0,
  });
}

function ruleJson(meaning: RuleMeaning): object {
  const { text, rule, loads, watched, listed, silencedBy, running, written, advice } = meaning;
  return {
    text,
    list: rule.list,
    action: rule.action,
    syscalls: rule.syscalls,
    keys: rule.keys,
    watched:
      watched.kind === 'everything'
        ? { kind: watched.kind }
        : {
            kind: watched.kind,
            path: watched.path,
            stands: watched.facts.kind,
            ...(watched.facts.place !== undefined && { place: watched.facts.place }),
            ...(watched.facts.target && { target: watched.facts.target.place }),
          },
    permissions: meaning.permissions.join(''),
    interfaces: meaning.architectures,
    conditions: meaning.conditions,
    misses: meaning.misses,
    loads: loads.kind === 'yes',
    ...(loads.kind === 'no' && { refusal: { reason: loads.reason, mend: loads.mend } }),
    ...(listed !== undefined && { listed }),
    silencedBy: silencedBy.map(({ origin, text: line, reason }) => ({
      origin: originJson(origin),
      text: line,
      reason,
    })),
    silences: meaning.silences.map(({ origin, text: line }) => ({
      origin: originJson(origin),
      text: line,
    })),
    running,
    written: written.map(originJson),
    advice: advice.map(flawJson),
  };
}
