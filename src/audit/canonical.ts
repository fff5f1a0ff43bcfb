/**
 * A rule as auditctl sends it: users and groups by number, `watch` as path or dir, calls in the
 * order of their numbers. Source: libaudit 3.0.9, measured; later versions by the corpus.
 */

import { integerOf } from './integer.ts';
import type { Field, Rule } from './rule.ts';
import {
  architectureOf,
  architectureWord,
  callsForPermissions,
  callsOf,
  callsOfClass,
  expandsPermissions,
  ioUringCalls,
  interfaceOf,
  type Calls,
} from './syscalls.ts';
import {
  ERRORS,
  FIELDS,
  FILE_SYSTEMS,
  FILE_TYPES,
  MESSAGE_TYPES,
  isSince,
  type Names,
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
    fields.push(read.value);
  }
  const syscalls = canonicalCalls(rule, world);
  if ('reason' in syscalls) return syscalls;
  // An empty one is not listed, but tells the rule apart from one without.
  const keys = rule.keys.flatMap((key) => key.split('\x01'));
  return { value: { ...rule, syscalls: syscalls.value, fields, keys } };
}

/** Whether two canonical rules are one to the kernel. Source: audit_compare_rule. */
export function identityOf(rule: Rule): string {
  const { list, action, syscalls, fields, keys } = rule;
  return JSON.stringify([list, action, syscalls, fields, keys.join('\x01')]);
}

function canonicalField(field: Field, world: World): Result<Field> {
  if (field.kind === 'compare') return { value: field };
  if (field.name === 'watch') return { value: { ...field, name: watchKind(field.value, world) } };
  const value = canonicalValue(field.name, field.value, world);
  return 'reason' in value ? value : { value: { ...field, value: value.value } };
}

/** `-w` looks at the path through links. Source: audit_setup_watch_name. */
export function watchKind(path: string, world: World): 'path' | 'dir' {
  const facts = world.paths.get(path);
  const kind = facts?.kind === 'symlink' ? facts.target?.kind : facts?.kind;
  return kind === 'directory' || path === '/' ? 'dir' : 'path';
}

function canonicalValue(name: string, text: string, world: World): Result<string> {
  const reads = FIELDS.get(name)?.reads ?? 'text';
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

function canonicalCalls(rule: Rule, { machine, version }: World): Result<Rule['syscalls']> {
  const calls =
    rule.list === 'io_uring' ? ioUringCalls : callsOf(interfaceOf(rule, machine), version);
  if (rule.syscalls === 'all') return expanded(rule, calls, { machine, version });
  const named = rule.syscalls.filter((name) => name !== 'all');
  const numbers = new Set<number>();
  for (const name of named) {
    const number = calls?.numberOf(name) ?? (/^\d/.test(name) ? integerOf(name, 'signed') : -1);
    // Where no table tells, a name is taken to be one.
    if (calls !== undefined && (number < 0 || number > LAST_CALL)) return unknown(rule, name);
    for (const call of callsOfClass(number, machine)) numbers.add(call);
  }
  if (named.length < rule.syscalls.length) return { value: 'all' };
  return { value: calls === undefined ? named : inOrder(numbers, calls) };
}

/** The kernel's mask of system calls has 2048 bits. Source: AUDIT_BITMASK_SIZE. */
const LAST_CALL = 2047;

function unknown(rule: Rule, name: string): { readonly reason: string } {
  const what = rule.list === 'io_uring' ? 'io_uring op unknown' : 'Syscall name unknown';
  return { reason: `${what}: ${name}` };
}

function inOrder(numbers: ReadonlySet<number>, calls: Calls): readonly string[] {
  return [...numbers]
    .toSorted((one, other) => one - other)
    .map((number) => calls.nameOf(number) ?? String(number));
}

/** A first `perm` after `arch`, and no `-S`: newer auditctl names the calls. */
function expanded(
  rule: Rule,
  calls: Calls | undefined,
  { machine, version }: Pick<World, 'machine' | 'version'>,
): Result<Rule['syscalls']> {
  const names = rule.fields.map((field) => (field.kind === 'value' ? field.name : ''));
  const perm = rule.fields.find((field) => field.kind === 'value' && field.name === 'perm');
  const follows = names.includes('arch') && names.indexOf('arch') < names.indexOf('perm');
  if (!expandsPermissions(version) || !follows || perm?.kind !== 'value' || calls === undefined) {
    return { value: 'all' };
  }
  const made = callsForPermissions(perm.value, calls, version);
  if ('unknown' in made) return unknown(rule, made.unknown);
  return canonicalCalls({ ...rule, syscalls: made.names }, { machine, version, ...NOTHING });
}

const NOTHING = { paths: new Map(), users: new Map(), groups: new Map() };
