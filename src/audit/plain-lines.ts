/**
 * The commonest lines, of words that can mean one thing only, read at once. Of any other line, and of
 * all that auditctl refuses, the walk of parse.ts over its options decides.
 */

import { KEYED_BY } from './draft.ts';
import { readField } from './field.ts';
import { namesIn, placeOf } from './handlers.ts';
import type { Field, Rule } from './rule.ts';
import { permissionsOf } from './vocabulary.ts';

/** Shorter than any word or line that auditctl cuts or refuses for its length. */
const SHORT = 255;

/** The rule that a line of a rules file makes, if it is one of the commonest. */
export function plainRule(text: string): Rule | undefined {
  if (text.length >= SHORT) return undefined;
  if (text.startsWith('-a ')) return plainAppend(text);
  const found = WATCH.exec(text);
  return found === null ? undefined : plainWatch(found);
}

const WATCH = /^-w (\/[!-[\]-~]*[!-.0-[\]-~]) -p ([rwxa]{1,4}) -k ([!-[\]-~]+)$/;

function plainWatch([, path = '', letters = '', key = '']: RegExpExecArray): Rule {
  const canonical = permissionsOf(letters);
  const perm = 'value' in canonical ? canonical.value : letters;
  const fields: readonly Field[] = [
    { kind: 'value', name: 'watch', operator: '=', value: path },
    { kind: 'value', name: 'perm', operator: '=', value: perm },
  ];
  return { list: 'exit', action: 'always', syscalls: 'all', fields, keys: [key] };
}

/** No escape, no byte that auditctl gives a meaning, and nothing beyond ASCII. */
const PLAIN = /^[ -[\]-~]+$/;

/** `-a list,action`, then pairs of an option and its value, the keys last. */
function plainAppend(text: string): Rule | undefined {
  if (!PLAIN.test(text)) return undefined;
  const words = text.split(' ');
  // auditctl may have no room for as many.
  if (words.length * 3 > text.length) return undefined;
  const place = placeOf(words[1] ?? '');
  if (place === undefined || place === 'deprecated' || place.list !== 'exit') return undefined;
  const fields: Field[] = [];
  const keys: string[] = [];
  let syscalls: Rule['syscalls'] = 'all';
  let isKeyed = false;
  for (let at = 2; at < words.length; at += 2) {
    const option = words[at];
    const value = words[at + 1];
    if (value === undefined || value === '') return undefined;
    const key = keyIn(option, value);
    if (key !== undefined) {
      if (key === '' || !isKeyed) return undefined;
      keys.push(key);
    } else if (keys.length > 0) {
      return undefined;
    } else if (option === '-S') {
      if (syscalls !== 'all') return undefined;
      syscalls = namesIn(value);
      isKeyed = true;
    } else {
      const field = option === '-F' ? fieldIn(value) : undefined;
      if (field === undefined || (field.name === 'arch' && syscalls !== 'all')) return undefined;
      fields.push(field);
      isKeyed ||= KEYED_BY.has(field.name);
    }
  }
  return { list: place.list, action: place.action, syscalls, fields, keys };
}

function keyIn(option: string | undefined, value: string): string | undefined {
  if (option === '-k') return value;
  return option === '-F' && value.startsWith('key=') ? value.slice('key='.length) : undefined;
}

function fieldIn(value: string): Extract<Field, { readonly kind: 'value' }> | undefined {
  const read = readField(value, 'exit');
  if ('reason' in read || read.field.kind !== 'value') return undefined;
  return read.field.name === 'key' ? undefined : read.field;
}
