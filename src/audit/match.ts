/** What one rule says, wherever it points: under which conditions, and does it silence all others? */

import { meets } from './cases.ts';
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
 * context, `exclude` drops SYSCALL records whatever its action, though without fields it matches
 * nothing, and `never,filesystem` keeps the kernel from learning which files a call is about.
 */
export function silencesRecords(rule: Rule): 'always' | 'sometimes' | 'no' {
  const { list, action, fields } = rule;
  if (list === 'task') return action === 'never' ? silence(fields) : 'no';
  if (list === 'filesystem') return action === 'never' ? hiddenFiles(fields) : 'no';
  if (list !== 'exclude' || fields.length === 0) return 'no';
  const [types, others] = [true, false].map((wanted) =>
    fields.filter((field) => isMessageType(field) === wanted),
  );
  return types?.every(matchesSyscallRecord) ? silence(others ?? []) : 'no';
}

function silence(fields: readonly Field[]): 'always' | 'sometimes' | 'no' {
  const met = meets(fields);
  return met === 'never' ? 'no' : met;
}

/** No Docker lies there; of others a number alone does not tell whether one does. */
const VIRTUAL: ReadonlySet<string> = new Set(['tracefs', 'debugfs']);

/** Any of the fields is enough. Source: __audit_inode, kernel/auditsc.c of Linux 6.18. */
function hiddenFiles(fields: readonly Field[]): 'always' | 'sometimes' | 'no' {
  const types = fields.filter((field) => field.kind === 'value' && field.name === 'fstype');
  if (types.some(({ operator }) => operator === '!=')) return 'always';
  return types.some((field) => field.kind === 'value' && !VIRTUAL.has(field.value))
    ? 'sometimes'
    : 'no';
}

function isMessageType(field: Field): boolean {
  return field.kind === 'value' && field.name === 'msgtype';
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
