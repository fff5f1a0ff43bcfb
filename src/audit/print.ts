/** Rules as lines of a rules file and as arguments of auditctl. */

import { KEYED_BY } from './draft.ts';
import { escaped } from './lines.ts';
import type { Field, Rule } from './rule.ts';
import { CALLLESS } from './vocabulary.ts';

/** A line that says `rule` in a rules file: a watch where it has the field `watch`, else `-a`. */
export function printRule(rule: Rule): string {
  return line(argumentsOf(rule));
}

/** What to call auditctl with to add `rule`. */
export function argumentsOf(rule: Rule): readonly string[] {
  const watch = watchOf(rule);
  return watch === undefined
    ? syscallWords(rule, '-a')
    : [...watchWords(watch), ...watch.rest.flatMap(fieldWords)];
}

/** What to call auditctl with to remove what {@link argumentsOf} adds. */
export function deleteArgumentsOf(rule: Rule): readonly string[] {
  const [, ...words] = argumentsOf(rule);
  return [watchOf(rule) === undefined ? '-d' : '-W', ...words];
}

/**
 * A rule of the kernel's table as words must say it: without `-S`, newer auditctl would put calls
 * in the place of `perm` (see canonical.ts), and add or remove another rule.
 */
export function asHeld(rule: Rule): Rule {
  const named = rule.fields.some((field) => field.kind === 'value' && field.name === 'arch');
  return named && rule.syscalls === 'all' ? { ...rule, syscalls: ['all'] } : rule;
}

function line(words: readonly string[]): string {
  return words.map(escaped).join(' ');
}

interface WatchParts {
  readonly path: string;
  /** Letters of `rwxa`; all four are the default and are not written. */
  readonly permissions: string;
  readonly keys: readonly string[];
  /** Fields after path and permissions. */
  readonly rest: readonly Field[];
}

function watchOf(rule: Rule): WatchParts | undefined {
  const [path, perm, ...rest] = rule.fields;
  if (path?.kind !== 'value' || path.name !== 'watch') return undefined;
  const permissions = perm?.kind === 'value' && perm.name === 'perm' ? perm.value : 'rwxa';
  return { path: path.value, permissions, keys: rule.keys, rest };
}

function watchWords({ path, permissions, keys }: WatchParts): readonly string[] {
  const perm = permissions === 'rwxa' ? [] : ['-p', permissions];
  return ['-w', path, ...perm, ...keys.flatMap((key) => ['-k', key])];
}

/** `-S` stands right after `arch`, which rules the names that it takes. */
function syscallWords(
  { list, action, syscalls, fields, keys }: Rule,
  option: '-a',
): readonly string[] {
  const at = fields.findLastIndex((field) => field.kind === 'value' && field.name === 'arch') + 1;
  const named = syscalls === 'all' ? impliedCalls(fields, keys) : syscalls;
  const calls = named.length === 0 || CALLLESS.includes(list) ? [] : ['-S', named.join(',')];
  return [
    option,
    `${action},${list}`,
    ...fields.slice(0, at).flatMap(fieldWords),
    ...calls,
    ...fields.slice(at).flatMap(fieldWords),
    ...keys.flatMap((key) => ['-F', `key=${key}`]),
  ];
}

/** auditctl takes no key on a line that names neither calls nor a file. Source: setopt, 3.0.9. */
function impliedCalls(fields: readonly Field[], keys: readonly string[]): readonly string[] {
  const isOfFile = fields.some((field) => field.kind === 'value' && KEYED_BY.has(field.name));
  return keys.length > 0 && !isOfFile ? ['all'] : [];
}

function fieldWords(field: Field): readonly string[] {
  return field.kind === 'compare'
    ? ['-C', `${field.left}${field.operator}${field.right}`]
    : ['-F', `${field.name}${field.operator}${field.value}`];
}
