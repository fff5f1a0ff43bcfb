/**
 * One `-F` or `-C` word as a field, or auditctl's words for refusing it. What only the host can
 * tell (users, architectures) is left to `canonical.ts`.
 * Source: audit_rule_fieldpair_data, audit_rule_interfield_comp_data, measured on libaudit 3.0.9.
 */

import { isLonger } from '../text.ts';
import { integerOf } from './integer.ts';
import { remembered } from './remember.ts';
import type { Field, List } from './rule.ts';
import {
  COMPARISONS,
  ERRORS,
  FIELDS,
  FILE_SYSTEMS,
  FILE_TYPES,
  MESSAGE_TYPES,
  OPERATORS,
  fieldName,
  permissionsOf,
  takes,
  type FieldFacts,
} from './vocabulary.ts';

export type FieldResult = { readonly field: Field } | { readonly reason: string };

/** The most fields of one rule, its key included. */
export const MOST_FIELDS = 63;

/** Bytes of a path and of all keys of a rule, separators included. */
export const PATH_BYTES = 4096;
export const KEY_BYTES = 256;

/** Reads `name OP value` for a rule of `list`. */
export function readField(pair: string, list: List): FieldResult {
  // Paths differ from rule to rule; of the rest the same few come again and again.
  if (list !== 'exit' || pair.includes('/')) return readPair(pair, list);
  return remembered(EXIT_FIELDS, pair, () => readPair(pair, list));
}

const EXIT_FIELDS = new Map<string, FieldResult>();

function readPair(pair: string, list: List): FieldResult {
  const operator = OPERATORS.find((known) => pair.includes(known));
  if (operator === undefined) return refuse('-F missing operation for', pair);
  const at = pair.indexOf(operator);
  const given = pair.slice(0, at);
  const value = pair.slice(at + operator.length);
  if (given === '') return refuse('-F missing field name before operator for', '');
  if (value === '') return refuse('-F missing value after operation for', given);
  const name = fieldName(given);
  const facts = FIELDS.get(name);
  if (facts === undefined) return refuse('-F unknown field:', given);
  if (!facts.lists.includes(list)) return { reason: misplaced(given, name, list) };
  if (!takes(facts.operators, operator)) {
    const taken = facts.operators === 'equal' ? '= operator' : '= or != operators';
    return { reason: `${given} only takes ${taken}` };
  }
  const reason = refusedValue(given, name, facts, value);
  if (reason !== undefined) return { reason };
  const kept = facts.reads === 'permissions' ? letters(value) : value;
  return { field: { kind: 'value', name, operator, value: kept } };
}

/** Reads `left OP right` of `-C`. */
export function readComparison(pair: string, list: List | undefined): FieldResult {
  const operator = pair.includes('!=') ? '!=' : pair.includes('=') ? '=' : undefined;
  if (operator === undefined) return { reason: `${pair} only takes = or != operators` };
  const at = pair.indexOf(operator);
  const left = pair.slice(0, at);
  const right = pair.slice(at + operator.length);
  if (left === '') return refuse('-C missing field name before operator for', '');
  if (right === '') return refuse('-C missing value after operation for ', left);
  if (!FIELDS.has(fieldName(left))) return refuse('-C unknown field:', left);
  if (!FIELDS.has(fieldName(right))) {
    return refuse('-C unknown right hand value for comparison with:', left);
  }
  if (list !== 'exit') return { reason: `${left} can only be used with exit filter list` };
  const wanted = [fieldName(left), fieldName(right)];
  const known = COMPARISONS.find((names) => names.every((name) => wanted.includes(name)));
  if (known === undefined) return refuse('-C incompatible comparison', left);
  return { field: { kind: 'compare', left: known[0], operator, right: known[1] } };
}

function refuse(message: string, subject: string): { readonly reason: string } {
  return { reason: `${message} ${subject}` };
}

/** What auditctl says of other fields on that list. */
export const NO_EXCLUDE =
  'Only msgtype, *uid, *gid, pid, and subj* fields can be used with exclude filter';

function misplaced(given: string, name: string, list: List): string {
  if (list === 'exclude') {
    return NO_EXCLUDE;
  }
  if (name === 'msgtype') return 'msgtype field can only be used with exclude or user filter list';
  if (name === 'fstype') return `${given} field is not valid for the filter`;
  if (name === 'sessionid') return `${given} must be used with exclude, user, or exit filter`;
  return `${given} can only be used with exit filter list`;
}

/** Why auditctl would not take this value, if so. */
function refusedValue(
  given: string,
  name: string,
  facts: FieldFacts,
  value: string,
): string | undefined {
  switch (facts.reads) {
    case 'number':
    case 'inode':
      return isDigit(value) ? undefined : `-F value should be number for ${given}`;
    case 'argument':
      return isNumber(value) ? undefined : `-F value should be number for ${given}`;
    case 'exit':
      return isNumber(value) || ERRORS.numbers.has(value.replace(/^-/, '').toUpperCase())
        ? undefined
        : `-F unknown errno - ${given}`;
    case 'messageType':
      return isDigit(value) || MESSAGE_TYPES.numbers.has(value.toUpperCase())
        ? undefined
        : `-F unknown message type - ${given}`;
    case 'fileType':
      return FILE_TYPES.numbers.has(value.toLowerCase())
        ? undefined
        : `-F unknown file type -  ${given}`;
    case 'fileSystem':
      return isDigit(value) || FILE_SYSTEMS.numbers.has(value.toLowerCase())
        ? undefined
        : `file system type is unknown for field: ${given}`;
    case 'family':
      return integerOf(value, 'unsigned') < FAMILIES
        ? undefined
        : `value is too large for field: ${given}`;
    case 'permissions':
      if (isLonger(value, 4)) return 'String value too long';
      return 'bad' in permissionsOf(value) ? "Permission can only contain  'rwxa'" : undefined;
    case 'text':
      return isLonger(value, name === 'key' ? KEY_BYTES : PATH_BYTES)
        ? 'String value too long'
        : undefined;
    case 'user':
    case 'group':
    case 'session':
    case 'architecture':
      return undefined;
    default:
      return facts.reads satisfies never;
  }
}

function isDigit(value: string): boolean {
  return /^\d/.test(value);
}

function isNumber(value: string): boolean {
  return /^-?\d/.test(value);
}

/** AF_MAX of the kernel headers that libaudit 3.0.9 was built with. */
const FAMILIES = 46;

function letters(text: string): string {
  const read = permissionsOf(text);
  return 'value' in read ? read.value : text;
}
