/** What one rule says, wherever it points: under which conditions, and does it silence all others? */

import { messageNumber } from './vocabulary.ts';
import type { Field, Operator, Rule } from './rule.ts';

/** Fields that say where or how, and are weighed elsewhere; all others narrow the rule. */
const WEIGHED: ReadonlySet<string> = new Set(['path', 'dir', 'watch', 'perm', 'arch']);

/** The fields that narrow a rule to some tasks, results or files. */
export function conditionsOf(rule: Rule): readonly Field[] {
  return rule.fields.filter((field) => field.kind === 'compare' || !WEIGHED.has(field.name));
}

/** What the fields of these names say, in the order of the rule. */
export function valuesOf(
  { fields }: Pick<Rule, 'fields'>,
  ...names: readonly string[]
): readonly string[] {
  return fields.flatMap((field) =>
    field.kind === 'value' && names.includes(field.name) ? [field.value] : [],
  );
}

/** A field as a person would write it. */
export function describeField(field: Field): string {
  return field.kind === 'compare'
    ? `${field.left}${field.operator}${field.right}`
    : `${field.name}${field.operator}${field.value}`;
}

/**
 * Whether a rule keeps every file rule from leaving a record: `never,task` gives tasks no audit
 * context, `exclude` drops SYSCALL records whatever its action.
 */
export function silencesRecords(rule: Rule): 'always' | 'sometimes' | 'no' {
  if (rule.list === 'task' && rule.action === 'never')
    return rule.fields.length === 0 ? 'always' : 'sometimes';
  if (rule.list !== 'exclude') return 'no';
  const types = rule.fields.filter((field) => field.kind === 'value' && field.name === 'msgtype');
  if (!types.every(matchesSyscallRecord)) return 'no';
  return types.length === rule.fields.length ? 'always' : 'sometimes';
}

const SYSCALL_RECORD = 1300;

function matchesSyscallRecord(field: Field): boolean {
  if (field.kind !== 'value') return true;
  const type = messageNumber(field.value);
  if (type === undefined) return false;
  return COMPARED[field.operator](Math.sign(SYSCALL_RECORD - type));
}

/** What an operator makes of less (-1), equal (0) or more (1). */
const COMPARED: Readonly<Record<Operator, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '&': () => false,
  '&=': () => false,
};
