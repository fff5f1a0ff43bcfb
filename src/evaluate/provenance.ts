/**
 * Joins the kernel's listing with the files that were loaded. A listing never shows the action of
 * what looks like a watch, so a `never` rule can only be told from its file (facts of auditctl -l,
 * audit 2.8.5 to 4.2.1).
 */

import { listRule } from '../audit/listing.ts';
import type { Field, Rule, Statement } from '../audit/rule.ts';
import type { Facts, Running } from '../discover/facts.ts';

/**
 * The kernel's rules as they are for sure; undefined where a listed watch stands in no file, for it
 * may be a `never` rule, and may be on a path or on a tree.
 */
export function surelyHeld(facts: Facts): readonly Rule[] | undefined {
  const { running, persistent, world } = facts;
  if (running.kind === 'unknown') return undefined;
  const known = Map.groupBy(persistent.loaded.state.table, ({ rule }) => listRule(rule, world));
  const seen = new Map<string, number>();
  const rules = running.statements.map((statement) => {
    const nth = seen.get(statement.text) ?? 0;
    seen.set(statement.text, nth + 1);
    const sure = statement.kind === 'rule' && !statement.rule.fields.some(isWatch);
    return known.get(statement.text)?.[nth]?.rule ?? (sure ? statement.rule : undefined);
  });
  return rules.every((rule) => rule !== undefined) ? rules : undefined;
}

function isWatch(field: Field): boolean {
  return field.kind === 'value' && field.name === 'watch';
}

/**
 * The running statements; a watch that its file says is `never` is judged as that. Where a listing
 * holds one text twice, the kernel's order is that of the files.
 */
export function withOrigins(
  running: Extract<Running, { readonly kind: 'known' }>,
  facts: Facts,
): readonly Statement[] {
  const dialect = { machine: facts.world.machine, version: facts.world.version };
  const sources = Map.groupBy(facts.persistent.loaded.state.table, ({ rule }) =>
    listRule(rule, dialect),
  );
  const seen = new Map<string, number>();
  return running.statements.map((statement) => {
    const nth = seen.get(statement.text) ?? 0;
    seen.set(statement.text, nth + 1);
    const action = sources.get(statement.text)?.[nth]?.rule.action;
    return statement.kind === 'rule' && action === 'never'
      ? { ...statement, rule: { ...statement.rule, action } }
      : statement;
  });
}
