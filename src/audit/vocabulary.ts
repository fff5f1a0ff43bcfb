/**
 * The words of auditctl as tables: what a field reads, where it stands, which operators it takes.
 * Source: audit_rule_fieldpair_data, measured field by field on libaudit 3.0.9; the kernel's half
 * is audit_field_valid, kernel/auditfilter.c.
 */

import names from '../../templates/audit/names.json' with { type: 'json' };
import type { Action, List, Operator, Permission } from './rule.ts';
import type { AuditVersion } from './world.ts';

/** As `-p` and the listing order them. Source: print_rule, audit 3.0.9. */
export const PERMISSIONS: readonly Permission[] = ['r', 'w', 'x', 'a'];
export const ACTIONS: readonly Action[] = ['always', 'never'];

/** Lists whose rules name no system calls. Source: print_syscall. */
export const CALLLESS: readonly List[] = ['user', 'task', 'exclude', 'filesystem'];

/** In the order in which auditctl looks for them: `a!=b=c` splits at the first of this list. */
export const OPERATORS: readonly Operator[] = ['!=', '>=', '<=', '&=', '=', '>', '<', '&'];

/** How the text of a field's value becomes what the kernel holds. */
export type Reading =
  | 'user'
  | 'group'
  | 'number'
  | 'inode'
  | 'family'
  | 'session'
  | 'argument'
  | 'exit'
  | 'messageType'
  | 'fileType'
  | 'fileSystem'
  | 'permissions'
  | 'architecture'
  | 'text';

/** `bits` takes every operator, `order` all but `&` and `&=`, `equality` only `=` and `!=`. */
export type Comparing = 'bits' | 'order' | 'equality' | 'equal';

export interface FieldFacts {
  readonly reads: Reading;
  /** Lists on which auditctl itself allows the field. */
  readonly lists: readonly List[];
  /** What auditctl lets pass. */
  readonly operators: Comparing;
  /** What the kernel lets pass. */
  readonly kernel: Comparing;
}

const ANYWHERE: readonly List[] = ['user', 'task', 'exit', 'filesystem', 'io_uring'];
const EVERYWHERE: readonly List[] = [...ANYWHERE, 'exclude'];
const EXIT: readonly List[] = ['exit'];

const row = (
  reads: Reading,
  lists: readonly List[],
  kernel: Comparing,
  operators: Comparing = 'bits',
): FieldFacts => ({ reads, lists, operators, kernel });

export const FIELDS: ReadonlyMap<string, FieldFacts> = new Map([
  ['pid', row('number', EVERYWHERE, 'order')],
  ['uid', row('user', EVERYWHERE, 'order')],
  ['euid', row('user', ANYWHERE, 'order')],
  ['suid', row('user', ANYWHERE, 'order')],
  ['fsuid', row('user', ANYWHERE, 'order')],
  ['gid', row('group', EVERYWHERE, 'order')],
  ['egid', row('group', ANYWHERE, 'order')],
  ['sgid', row('group', ANYWHERE, 'order')],
  ['fsgid', row('group', ANYWHERE, 'order')],
  ['auid', row('user', EVERYWHERE, 'order')],
  ['pers', row('number', ANYWHERE, 'bits')],
  ['arch', row('architecture', ANYWHERE, 'equality', 'equality')],
  ['msgtype', row('messageType', ['user', 'exclude'], 'order')],
  ['subj_user', row('text', EVERYWHERE, 'equality')],
  ['subj_role', row('text', EVERYWHERE, 'equality')],
  ['subj_type', row('text', EVERYWHERE, 'equality')],
  ['subj_sen', row('text', EVERYWHERE, 'order')],
  ['subj_clr', row('text', EVERYWHERE, 'order')],
  ['ppid', row('number', EXIT, 'order')],
  ['obj_user', row('text', EXIT, 'equality')],
  ['obj_role', row('text', EXIT, 'equality')],
  ['obj_type', row('text', EXIT, 'equality')],
  ['obj_lev_low', row('text', EXIT, 'order')],
  ['obj_lev_high', row('text', EXIT, 'order')],
  ['sessionid', row('session', ['user', 'exit'], 'order')],
  ['fstype', row('fileSystem', ['filesystem'], 'equality', 'equality')],
  ['devmajor', row('number', EXIT, 'order')],
  ['devminor', row('number', EXIT, 'bits')],
  ['inode', row('inode', EXIT, 'equality', 'equality')],
  ['exit', row('exit', EXIT, 'order')],
  ['success', row('number', EXIT, 'order')],
  ['path', row('text', EXIT, 'equal')],
  ['perm', row('permissions', EXIT, 'equal', 'equal')],
  ['dir', row('text', EXIT, 'equal')],
  ['filetype', row('fileType', EXIT, 'equality')],
  ['obj_uid', row('user', ANYWHERE, 'order')],
  ['obj_gid', row('group', ANYWHERE, 'order')],
  ['exe', row('text', EVERYWHERE, 'equality', 'equality')],
  ['saddr_fam', row('family', ANYWHERE, 'order')],
  ['a0', row('argument', ANYWHERE, 'bits')],
  ['a1', row('argument', ANYWHERE, 'bits')],
  ['a2', row('argument', ANYWHERE, 'bits')],
  ['a3', row('argument', ANYWHERE, 'bits')],
  ['key', row('text', ANYWHERE, 'equality')],
]);

/** The one spelling of a field's name; libaudit does not care for its case. */
export function fieldName(text: string): string {
  const name = text.toLowerCase();
  return name === 'loginuid' ? 'auid' : name;
}

const TAKEN: Readonly<Record<Comparing, readonly Operator[]>> = {
  bits: OPERATORS,
  order: ['!=', '>=', '<=', '=', '>', '<'],
  equality: ['=', '!='],
  equal: ['='],
};

/** Whether a field that compares so knows `operator`. */
export function takes(comparing: Comparing, operator: Operator): boolean {
  return TAKEN[comparing].includes(operator);
}

/** Pairs of `-C`, in the order in which the listing names them. Source: print_field_cmp. */
export const COMPARISONS: readonly (readonly [string, string])[] = [
  ...['uid', 'euid', 'auid', 'suid', 'fsuid'].map((name) => [name, 'obj_uid'] as const),
  ...['gid', 'egid', 'sgid', 'fsgid'].map((name) => [name, 'obj_gid'] as const),
  ...['auid', 'euid', 'fsuid', 'suid'].map((name) => ['uid', name] as const),
  ...['fsuid', 'suid', 'euid'].map((name) => ['auid', name] as const),
  ...['suid', 'fsuid'].map((name) => ['euid', name] as const),
  ['suid', 'fsuid'],
  ...['egid', 'fsgid', 'sgid'].map((name) => ['gid', name] as const),
  ...['fsgid', 'sgid'].map((name) => ['egid', name] as const),
  ['sgid', 'fsgid'],
];

/** A two-way table of names and numbers; the first name of a number is the one that is printed. */
export interface Names {
  readonly numbers: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<number, string>;
}

/** Built when first asked: most runs never look into most tables. */
export function namesOf(table: Readonly<Record<string, number>>): Names {
  let byName: ReadonlyMap<string, number> | undefined;
  let byNumber: ReadonlyMap<number, string> | undefined;
  return {
    get numbers() {
      return (byName ??= new Map(Object.entries(table)));
    },
    get names() {
      return (byNumber ??= reversed(table));
    },
  };
}

export const MESSAGE_TYPES = namesOf(names.messageTypes);
export const ERRORS = namesOf(names.errors);
export const FILE_TYPES = namesOf(names.fileTypes);
export const FILE_SYSTEMS = namesOf(names.fileSystems);

function reversed(table: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  // Of several names for one number the first counts.
  const entries = Object.entries(table).toReversed();
  return new Map(entries.map(([name, number]) => [number, name]));
}

/** Letters of `perm` in canonical order, each once, or the first letter that is none. */
export function permissionsOf(text: string): { readonly value: string } | { readonly bad: string } {
  if (/^r?w?x?a?$/.test(text)) return { value: text };
  const letters = text.toLowerCase();
  const bad = Array.from(text).find((letter) => !isPermission(letter.toLowerCase()));
  if (bad !== undefined) return { bad };
  return { value: PERMISSIONS.filter((letter) => letters.includes(letter)).join('') };
}

function isPermission(letter: string): letter is Permission {
  return PERMISSIONS.some((known) => known === letter);
}

/** Whether `version` is `least` or later. */
export function isSince(version: AuditVersion, least: readonly number[]): boolean {
  for (let at = 0; at < version.length; at++) {
    const part = version[at] ?? 0;
    const other = least[at] ?? 0;
    if (part !== other) return part > other;
  }
  return true;
}

/** The number of a message type given by name or number. */
export function messageNumber(text: string): number | undefined {
  return /^\d/.test(text)
    ? Number.parseInt(text, 10)
    : MESSAGE_TYPES.numbers.get(text.toUpperCase());
}
