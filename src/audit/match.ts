/** What one rule says about one place: does it name it, under which conditions, or silence it all? */

import { isWithin, type AbsolutePath } from '../paths.ts';
import { messageNumber } from './vocabulary.ts';
import type { Field, Operator, Rule } from './rule.ts';
import type { PathFacts, World } from './world.ts';

export type PathMatch =
  | { readonly kind: 'exact' }
  /** Names the place now, but stops doing so at a known occasion. */
  | { readonly kind: 'fragile'; readonly reason: string }
  /** Names no path, so every path. */
  | { readonly kind: 'anything' };

/** Fields that say where or how, and are weighed elsewhere; all others narrow the rule. */
const WEIGHED: ReadonlySet<string> = new Set(['path', 'dir', 'watch', 'perm', 'arch']);

/** How `rule` names `place`; undefined if it does not. */
export function pathMatch(rule: Rule, place: AbsolutePath, world: World): PathMatch | undefined {
  const locators = rule.fields.filter(
    (field) => field.kind === 'value' && ['path', 'dir', 'watch'].includes(field.name),
  );
  if (locators.length === 0) return { kind: 'anything' };
  for (const field of locators) {
    const match =
      field.kind === 'value' ? fieldMatch(field.name, field.value, place, world) : undefined;
    if (match) return match;
  }
  return undefined;
}

function fieldMatch(
  name: string,
  text: string,
  place: AbsolutePath,
  world: World,
): PathMatch | undefined {
  const facts = world.paths.get(text);
  if (facts?.place === undefined) return undefined;
  if (name === 'path') return facts.place === place ? { kind: 'exact' } : undefined;
  const directory = directoryOf(name, text, facts);
  if (directory !== undefined)
    return isWithin(place, directory) && onSameMount(directory, place, world)
      ? { kind: 'exact' }
      : undefined;
  if (facts.place !== place) return undefined;
  if (name === 'watch') return { kind: 'exact' };
  return { kind: 'fragile', reason: 'dir= on a file is dead once the file is replaced' };
}

/** The directory that a tree rule watches: a final link is followed only as `-F dir=/link/`. */
function directoryOf(name: string, text: string, facts: PathFacts): AbsolutePath | undefined {
  if (facts.kind === 'directory') return facts.place;
  const followed = name === 'dir' && text.endsWith('/') && facts.target?.kind === 'directory';
  return followed ? facts.target?.place : undefined;
}

/** Tree rules stop at mount points below them. Source: facts of audit_tag_tree, Linux 6.18. */
function onSameMount(directory: AbsolutePath, place: AbsolutePath, world: World): boolean {
  const above = world.paths.get(directory);
  const here = world.paths.get(place);
  if (above?.mount !== undefined && here?.mount !== undefined) return above.mount === here.mount;
  return above?.device === here?.device;
}

/** The fields that narrow a rule to some tasks, results or files. */
export function conditionsOf(rule: Rule): readonly Field[] {
  return rule.fields.filter((field) => field.kind === 'compare' || !WEIGHED.has(field.name));
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
