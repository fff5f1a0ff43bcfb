/**
 * A rule as auditctl sends it: users and groups by number, `watch` as path or dir, calls in the
 * order of their numbers. Source: libaudit 3.0.9, measured; later versions by the corpus.
 */

import { canonicalCalls } from './call-list.ts';
import { integerOf } from './integer.ts';
import type { Field, Rule } from './rule.ts';
import { architectureOf, architectureWord } from './syscalls.ts';
import {
  ERRORS,
  FIELDS,
  FILE_SYSTEMS,
  FILE_TYPES,
  MESSAGE_TYPES,
  isSince,
  type Names,
  type Reading,
} from './vocabulary.ts';
import type { World } from './world.ts';

type Result<T> = { readonly value: T } | { readonly reason: string };

/** `rule` as the kernel of `world` would be given it, or auditctl's words for not sending it. */
export function canonical(rule: Rule, world: World): Result<Rule> {
  if (rule.list === 'io_uring' && !isSince(world.version, [3, 1, 0])) {
    return { reason: `Append rule - bad keyword ${rule.action},${rule.list}` };
  }
  const illegal = rule.keys.find((key) => key.includes('\x01'));
  if (illegal !== undefined && isSince(world.version, [4, 2, 0])) {
    return { reason: `key ${illegal} has illegal character` };
  }
  const fields: Field[] = [];
  for (const field of rule.fields) {
    const read = canonicalField(field, world);
    if ('reason' in read) return read;
    fields.push(read);
  }
  const syscalls = canonicalCalls(rule, world);
  if ('reason' in syscalls) return syscalls;
  const { list, action } = rule;
  return { value: { list, action, syscalls: syscalls.value, fields, keys: keysOf(rule) } };
}

/** Each for itself; an empty one is not listed, but tells the rule apart from one without. */
function keysOf({ keys }: Rule): readonly string[] {
  return keys.some((key) => key.includes('\x01')) ? keys.flatMap((key) => key.split('\x01')) : keys;
}

/** Equal for two canonical rules if they are one to the kernel. Source: audit_compare_rule. */
export function identityOf({ list, action, syscalls, fields, keys }: Rule): string {
  // No word of a rule holds a NUL: the kernel and auditctl end them there.
  let identity = `${list}\0${action}\0${syscalls === 'all' ? syscalls : syscalls.join(',')}`;
  for (const field of fields)
    identity +=
      field.kind === 'compare'
        ? `\0-C\0${field.left}\0${field.operator}\0${field.right}`
        : `\0${field.name}\0${field.operator}\0${field.value}`;
  return `${identity}\0-k\0${keys.join('\x01')}`;
}

function canonicalField(field: Field, world: World): Field | { readonly reason: string } {
  if (field.kind === 'compare') return field;
  const { name } = field;
  if (name === 'watch') {
    const { operator, value } = field;
    return { kind: 'value', name: watchKind(value, world), operator, value };
  }
  const reads = FIELDS.get(name)?.reads ?? 'text';
  if (reads === 'text' || reads === 'permissions') return field;
  const before = made.get(field);
  if (before?.world === world) return before.read;
  const value = canonicalValue(reads, field.value, world);
  const read = 'reason' in value ? value : { ...field, value: value.value };
  made.set(field, { world, read });
  return read;
}

interface Made {
  readonly world: World;
  readonly read: Field | { readonly reason: string };
}

/** What was made last of a field that many rules share. */
const made = new WeakMap<Field, Made>();

/** `-w` looks at the path through links. Source: audit_setup_watch_name. */
export function watchKind(path: string, world: World): 'path' | 'dir' {
  const facts = world.paths.get(path);
  const kind = facts?.kind === 'symlink' ? facts.target?.kind : facts?.kind;
  return kind === 'directory' || path === '/' ? 'dir' : 'path';
}

function canonicalValue(reads: Reading, text: string, world: World): Result<string> {
  switch (reads) {
    case 'user':
      return user(text, world);
    case 'group':
      return group(text, world);
    case 'number':
      return signed(integerOf(text, 'signed'));
    case 'family':
      return signed(integerOf(text, 'unsigned'));
    case 'session':
      return signed(text === 'unset' ? -1 : numeric(text) ? integerOf(text, 'unsigned') : 0);
    case 'inode':
      return { value: String(integerOf(text, 'unsigned')) };
    case 'argument':
      return { value: `0x${integerOf(text, 'unsigned').toString(16).toUpperCase()}` };
    case 'exit':
      return { value: exitValue(text) };
    case 'messageType':
      return { value: word(MESSAGE_TYPES, text, text.toUpperCase()) };
    case 'fileSystem':
      return { value: word(FILE_SYSTEMS, text, text.toLowerCase()) };
    case 'fileType':
      return signed(FILE_TYPES.numbers.get(text.toLowerCase()) ?? integerOf(text, 'signed'));
    case 'architecture':
      return architecture(text, world.machine);
    case 'permissions':
    case 'text':
      return { value: text };
    default:
      return reads satisfies never;
  }
}

function signed(value: number): Result<string> {
  return { value: String(value | 0) };
}

function numeric(text: string): boolean {
  return /^-?\d/.test(text);
}

function user(text: string, world: World): Result<string> {
  if (numeric(text)) return signed(integerOf(text, 'unsigned'));
  const uid = text === 'unset' ? -1 : world.users.get(text);
  return uid === undefined ? { reason: `Unknown user: ${text}` } : signed(uid);
}

function group(text: string, world: World): Result<string> {
  if (/^\d/.test(text)) return signed(integerOf(text, 'signed'));
  const gid = world.groups.get(text);
  return gid === undefined ? { reason: `Unknown group: ${text}` } : signed(gid);
}

function exitValue(text: string): string {
  const name = text.replace(/^-/, '').toUpperCase();
  const size = ERRORS.numbers.get(name) ?? integerOf(text.replace(/^-/, ''), 'signed') | 0;
  const value = (text.startsWith('-') ? -size : size) | 0;
  const known = value < 0 ? ERRORS.names.get(-value) : undefined;
  return known === undefined ? String(value) : `-${known}`;
}

function word(table: Names, text: string, name: string): string {
  const number = table.numbers.get(name) ?? integerOf(text, 'signed') | 0;
  return table.names.get(number) ?? String(number);
}

function architecture(text: string, machine: string): Result<string> {
  const found = architectureOf(text, machine);
  if (found === undefined) return { reason: 'arch elf mapping not found' };
  return { value: architectureWord(found, machine) };
}
