/**
 * The kernel's table of rules: what it takes, what it refuses, in which order it keeps them.
 * Source: audit_data_to_entry, audit_field_valid, audit_add_rule, kernel/auditfilter.c, Linux 6.18.
 */

import { absolutePath, isWithin } from '../paths.ts';
import { isLonger } from '../text.ts';
import { identityOf } from './canonical.ts';
import { PATH_BYTES } from './field.ts';
import { FIELDS, takes } from './vocabulary.ts';
import { LISTS, type Field, type Origin, type Rule } from './rule.ts';
import type { KernelStatus } from './status.ts';
import type { World } from './world.ts';

/** A rule as the kernel holds it: canonical, and where it came from. */
export interface LoadedRule {
  readonly rule: Rule;
  readonly origin: Origin;
}

export interface KernelState {
  /** Within each list in the kernel's order. */
  readonly table: readonly LoadedRule[];
  readonly status: KernelStatus;
}

export type Refusal = 'EINVAL' | 'ENOENT' | 'ENOTDIR' | 'ENAMETOOLONG' | 'EEXIST' | 'EPERM';

/** auditctl's words. */
export const REFUSALS: Readonly<Record<Refusal, string>> = {
  EINVAL: 'Invalid argument',
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  ENAMETOOLONG: 'File name too long',
  EEXIST: 'Rule exists',
  EPERM: 'Operation not permitted',
};

/** Rules of a table in the order of `auditctl -l`. */
export function listed(table: readonly LoadedRule[]): readonly LoadedRule[] {
  return LISTS.flatMap((list) => table.filter(({ rule }) => rule.list === list));
}

/** Whether a part of the rule's keys, as the kernel joins them, is `key`. Source: key_match. */
export function hasKey(rule: Rule, key: string): boolean {
  return rule.keys.join('\x01').includes(key);
}

/** A table that changes while a file is loaded; equal rules are found at once. */
export class RuleTable {
  #rules: LoadedRule[];
  readonly #identities = new Map<string, number>();

  constructor(rules: readonly LoadedRule[]) {
    this.#rules = [...rules];
    for (const { rule } of rules) this.#count(identityOf(rule), 1);
  }

  get rules(): readonly LoadedRule[] {
    return [...this.#rules];
  }

  /** @param identity see {@link identityOf} */
  has(identity: string): boolean {
    return this.#identities.has(identity);
  }

  /** @param identity of the rule that is added */
  add(loaded: LoadedRule, identity: string, prepend: boolean): void {
    this.#count(identity, 1);
    if (prepend) this.#rules.unshift(loaded);
    else this.#rules.push(loaded);
  }

  /** Takes out the first rule that is `rule`; false if there is none. */
  remove(rule: Rule): boolean {
    const identity = identityOf(rule);
    if (!this.#identities.has(identity)) return false;
    const at = this.#rules.findIndex((loaded) => identityOf(loaded.rule) === identity);
    this.#rules.splice(at, 1);
    this.#count(identity, -1);
    return true;
  }

  /** Takes out all rules that have `key`. Source: delete_all_rules. */
  removeAll(key: string): void {
    const [gone, kept] = [true, false].map((wanted) =>
      this.#rules.filter(({ rule }) => hasKey(rule, key) === wanted),
    );
    for (const { rule } of gone ?? []) this.#count(identityOf(rule), -1);
    this.#rules = kept ?? [];
  }

  #count(identity: string, change: number): void {
    const count = (this.#identities.get(identity) ?? 0) + change;
    if (count > 0) this.#identities.set(identity, count);
    else this.#identities.delete(identity);
  }
}

/** Why the kernel will not even look whether it has `rule`, if so. */
export function malformed(rule: Rule, world: World): Refusal | undefined {
  const seen: string[] = [];
  for (const field of rule.fields) {
    const refusal = field.kind === 'value' ? malformedField(field, rule, seen, world) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return rule.keys.length > 0 && seen.includes('key') ? 'EINVAL' : undefined;
}

type ValueField = Extract<Field, { readonly kind: 'value' }>;

/** A rule has one of these at most, and one of each of the others. */
const PLACES = ['path', 'dir', 'inode'];
const SINGLE = ['exe', 'key'];

function malformedField(
  field: ValueField,
  rule: Rule,
  seen: string[],
  world: World,
): Refusal | undefined {
  const { name, operator, value } = field;
  const facts = FIELDS.get(name);
  if (facts === undefined || !takes(facts.kernel, operator)) return 'EINVAL';
  if (rule.list === 'filesystem' && name !== 'fstype' && name !== 'key') return 'EINVAL';
  if (value === '-1' && !acceptsUnset(field, facts.reads)) return 'EINVAL';
  if (PLACES.includes(name) && PLACES.some((place) => seen.includes(place))) return 'EINVAL';
  if (SINGLE.includes(name) && seen.includes(name)) return 'EINVAL';
  seen.push(name);
  if (name === 'dir') return value.startsWith('/') ? undefined : 'EINVAL';
  if (name === 'path') return isEntry(value) ? undefined : 'EINVAL';
  if (name !== 'exe') return undefined;
  return isEntry(value) ? missingParent(value, world) : 'EINVAL';
}

/** No user is -1, but `auid=-1` asks whether there is one; it can only be equal or not. */
function acceptsUnset({ name, operator }: ValueField, reads: string): boolean {
  if (reads !== 'user' && reads !== 'group') return true;
  return name === 'auid' && (operator === '=' || operator === '!=');
}

/** Whether a path ends in a name that can be looked up in its parent. */
function isEntry(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return path.startsWith('/') && name !== '' && name !== '.' && name !== '..';
}

/** What `rule` names and the host lacks, if so. Source: audit_add_watch, audit_add_tree_rule. */
export function missing(rule: Rule, world: World): Refusal | undefined {
  for (const field of rule.fields) {
    if (field.kind !== 'value') continue;
    const refusal =
      field.name === 'path'
        ? missingParent(field.value, world)
        : field.name === 'dir'
          ? missingTree(field.value, world)
          : undefined;
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

const PROC = absolutePath('/proc');

function missingParent(path: string, world: World): Refusal | undefined {
  if (isTooLong(path)) return 'ENAMETOOLONG';
  const facts = world.paths.get(path);
  if (facts?.place === undefined) return 'ENOENT';
  // A name that is not there can be watched for, but in /proc none can come.
  return facts.kind === 'absent' && isWithin(facts.place, PROC) ? 'ENOENT' : undefined;
}

/** Whether nothing stands at `path`, links followed only where a slash ends it. */
export function isAbsent(path: string, world: World): boolean {
  return missingTree(path, world) !== undefined;
}

function missingTree(path: string, world: World): Refusal | undefined {
  if (isTooLong(path)) return 'ENAMETOOLONG';
  if (/^\/+$/.test(path)) return undefined;
  const facts = world.paths.get(path);
  if (facts === undefined || facts.kind === 'absent') return 'ENOENT';
  if (!path.endsWith('/')) return undefined;
  const kind = facts.kind === 'symlink' ? facts.target?.kind : facts.kind;
  if (kind === undefined || kind === 'absent') return 'ENOENT';
  return kind === 'directory' ? undefined : 'ENOTDIR';
}

/** NAME_MAX. Source: include/uapi/linux/limits.h. */
const NAME_BYTES = 255;

function isTooLong(path: string): boolean {
  if (!isLonger(path, NAME_BYTES)) return false;
  return (
    isLonger(path, PATH_BYTES - 1) || path.split('/').some((part) => isLonger(part, NAME_BYTES))
  );
}
