/**
 * Joins the kernel's listing with the files that were loaded. A listing never shows the action of
 * what looks like a watch, so a `never` rule can only be told from its file (facts of auditctl -l,
 * audit 2.8.5 to 4.2.1).
 */

import { listRule } from '../audit/listing.ts';
import type { Statement } from '../audit/rule.ts';
import type { Facts, Running } from '../discover/facts.ts';

/** The running statements; a watch that every file says is `never` is judged as that. */
export function withOrigins(
  running: Extract<Running, { readonly kind: 'known' }>,
  facts: Facts,
): readonly Statement[] {
  const dialect = { machine: facts.world.machine, version: facts.world.version };
  const sources = new Map<string, Set<string>>();
  for (const { rule } of facts.persistent.loaded.state.table) {
    const text = listRule(rule, dialect);
    sources.set(text, (sources.get(text) ?? new Set()).add(rule.action));
  }
  return running.statements.map((statement) => {
    const actions = sources.get(statement.text);
    const never = actions?.size === 1 && actions.has('never');
    return statement.kind === 'rule' && never
      ? { ...statement, rule: { ...statement.rule, action: 'never' } }
      : statement;
  });
}
