/**
 * `auditctl -l`: how a loaded rule is printed, and its output read back. The watch form does not
 * tell the action, nor path from dir. Source: print_rule and is_watch, audit 3.0.9.
 */

import { linesOfListing } from './listed-lines.ts';
import { listed, type KernelState } from './kernel.ts';
import { remembered } from './remember.ts';
import { ACTIONS, CALLLESS, isSince, OPERATORS, permissionsOf } from './vocabulary.ts';
import { LISTS, type Field, type Rule, type Statement } from './rule.ts';
import { interfaceOf, nativeOf, renameCalls, widthOf } from './syscalls.ts';
import type { World } from './world.ts';

/** Fields that the watch form can hold. */
const WATCHED = ['watch', 'path', 'dir', 'perm'];

type Printer = Pick<World, 'version' | 'machine'>;

/**
 * `rule`, as the kernel holds it, in the words of `auditctl -l` of that version.
 * @param before the architecture of the rules printed before it, see {@link listTable}
 */
export function listRule(rule: Rule, world: Printer, before?: string): string {
  if (isWatch(rule)) return listWatch(rule);
  const arch = rule.fields.filter((field) => field.kind === 'value' && field.name === 'arch');
  const rest = rule.fields.filter((field) => !arch.includes(field));
  // A class that the kernel does not know leaves no calls, and the listing then has no -S.
  const calls = rule.syscalls === 'all' ? ['all'] : rule.syscalls;
  const silent = CALLLESS.includes(rule.list) || calls.length === 0;
  const borrows = before !== undefined && arch.length === 0 && rule.list === 'exit';
  const own = nativeOf(world.machine);
  const named = borrows ? renameCalls(calls, own, before, world.version) : calls;
  return [
    `-a ${rule.action},${rule.list}`,
    ...arch.map((field) => listField(field, world)),
    ...(silent ? [] : [`-S ${named.join(',')}`]),
    ...rest.map((field) => listField(field, world)),
    ...keysOf(rule).map((key) => `-F key=${key}`),
  ].join(' ');
}

/**
 * The lines of `auditctl -l`. auditctl forgets no architecture: a rule that has none is printed
 * with the names of the last one before it. Source: print_arch and print_syscall, audit 3.0.9.
 */
export function listTable(state: KernelState, world: Printer): readonly string[] {
  if (state.table.length === 0) return ['No rules'];
  let before: string | undefined;
  return listed(state.table).map(({ rule }) => {
    const line = listRule(rule, world, before);
    const named = rule.fields.some((field) => field.kind === 'value' && field.name === 'arch');
    if (named) before = interfaceOf(rule, world.machine);
    return line;
  });
}

/** What auditctl prints as a watch: only these fields, all system calls, and a permission. */
function isWatch(rule: Rule): boolean {
  const names = rule.fields.map((field) => (field.kind === 'value' ? field.name : ''));
  return (
    !CALLLESS.includes(rule.list) &&
    rule.syscalls === 'all' &&
    names.includes('perm') &&
    names.every((name) => WATCHED.includes(name))
  );
}

/** auditctl writes `-w` without a space before it: a permission that comes first runs into it. */
function listWatch(rule: Rule): string {
  const words = rule.fields.map((field) => {
    if (field.kind !== 'value') return '';
    return field.name === 'perm' ? ` -p ${field.value}` : `-w ${field.value}`;
  });
  return [...words, ...keysOf(rule).map((key) => ` -k ${key}`)].join('');
}

function keysOf({ keys }: Rule): readonly string[] {
  return keys.filter((key) => key !== '');
}

function listField(field: Field, { version }: Pick<World, 'version'>): string {
  if (field.kind === 'compare') return `-C ${field.left}${field.operator}${field.right}`;
  const { name, operator, value } = field;
  if (name === 'arch') return `-F arch${operator}${widthOf(value)}`;
  const lost = name === 'exe' && !isSince(version, [3, 1, 3]);
  return `-F ${name}${lost ? '=' : operator}${value}`;
}

export type Listing =
  | {
      readonly kind: 'known';
      /** All rules, as they are printed. */
      readonly lines: readonly string[];
      readonly statements: readonly Statement[];
    }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Reads the output of `auditctl -l`; only `No rules` says that there are none. */
export function parseListing(text: string): Listing {
  const printed = linesOfListing(text);
  if (printed.kind === 'unknown') return printed;
  const { lines } = printed;
  return listingOf(
    lines,
    lines.map((line, index) => parseListed(line, index + 1)),
  );
}

/** @param statements of all lines, or of those that matter */
export function listingOf(lines: readonly string[], statements: readonly Statement[]): Listing {
  const isNone = statements.every((one) => one.kind === 'unreadable');
  if (isNone && lines.length > 0 && lines.length === statements.length)
    return { kind: 'unknown', reason: 'auditctl -l printed what is no rule' };
  return { kind: 'known', lines, statements };
}

/** @param index from 1 */
export function parseListed(text: string, index: number): Statement {
  const origin = { kind: 'kernel', index } as const;
  const rule = parseWatch(text) ?? parseSyscall(text);
  return rule === undefined
    ? { kind: 'unreadable', origin, text, reason: 'not a rule as auditctl prints it' }
    : { kind: 'rule', origin, text, rule, prepend: false, directives: [] };
}

const PERMS = '(?: -p [rwxa]{0,4})';
/** Nearly every watch; a path with a space in it takes a longer look. */
const PLAIN_WATCH = new RegExp(`^()(-w (/[^ ]*))(${PERMS}+)((?: -k .*)?)$`, 's');
const WATCH = new RegExp(`^(${PERMS}*)(-w (/.*?))?(${PERMS}*)((?: -k .*)?)$`, 's');

function parseWatch(text: string): Rule | undefined {
  if (text.startsWith('-a ')) return undefined;
  const [, before = '', watch, path = '', after = '', keys = ''] =
    PLAIN_WATCH.exec(text) ?? WATCH.exec(text) ?? [];
  if (before + after === '') return undefined;
  const place = watch === undefined ? [] : [condition('watch', '=', path)];
  return {
    list: 'exit',
    action: 'always',
    syscalls: 'all',
    fields: [...perms(before), ...place, ...perms(after)],
    keys: keys.split(' -k ').slice(1),
  };
}

function perms(text: string): readonly Field[] {
  return remembered(PERMISSION_FIELDS, text, () =>
    text
      .split(' -p ')
      .slice(1)
      .map((letters) => condition('perm', '=', lettersOf(letters))),
  );
}

const PERMISSION_FIELDS = new Map<string, readonly Field[]>();

function lettersOf(text: string): string {
  const read = permissionsOf(text);
  return 'value' in read ? read.value : text;
}

function condition(name: string, operator: (typeof OPERATORS)[number], text: string): Field {
  return { kind: 'value', name, operator, value: text };
}

/** Values hold raw spaces: a word begins only where an option and what it takes stand together. */
const WORDS = / (?=-S |-F [a-z0-9_]+(?:!=|[<>&]?=|[<>&])|-C [a-z_]+!?=|f\d+(?:!=|[<>&]?=|[<>&]))/;

function parseSyscall(text: string): Rule | undefined {
  const [head = '', ...words] = text.split(WORDS);
  if (!head.startsWith('-a ')) return undefined;
  const [action, list] = head.slice('-a '.length).split(',');
  const knownAction = ACTIONS.find((known) => known === action);
  const knownList = LISTS.find((known) => known === list);
  if (knownAction === undefined || knownList === undefined) return undefined;
  let syscalls: Rule['syscalls'] = 'all';
  const fields: Field[] = [];
  const keys: string[] = [];
  for (const word of words) {
    const named = word.startsWith('-S ') ? word.slice('-S '.length) : undefined;
    if (named !== undefined && syscalls === 'all' && named !== 'all') syscalls = named.split(',');
    if (named !== undefined) continue;
    const field = word.includes('/') ? parseField(word) : remembered(FIELD_WORDS, word, parseField);
    if (field.kind === 'value' && field.name === 'key') keys.push(field.value);
    else fields.push(field);
  }
  return { list: knownList, action: knownAction, syscalls, fields, keys };
}

const FIELD_WORDS = new Map<string, Field>();

function parseField(word: string): Field {
  const text = word.replace(/^-[FC] /, '');
  const [, name = '', sign = '', rest = ''] =
    /^([a-z0-9_]+)(!=|[<>&]?=|[<>&])(.*)$/s.exec(text) ?? [];
  const operator = OPERATORS.find((known) => known === sign) ?? '=';
  if (!word.startsWith('-C ')) return condition(name, operator, rest);
  return { kind: 'compare', left: name, operator: operator === '!=' ? '!=' : '=', right: rest };
}
