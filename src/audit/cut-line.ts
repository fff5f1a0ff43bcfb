/**
 * A line of rules cut at what differs from rule to rule: its path, its list of system calls, one
 * number that it asks for, its last key. What stands around these many rules share.
 */

/** Each part is empty where there is none. */
export interface CutLine {
  /** The line without them, {@link HOLE} in their places; the key is its end. */
  readonly around: string;
  /** What `-S` names. */
  readonly calls: string;
  /** The path, or the number where there is none. */
  readonly value: string;
  readonly key: string;
}

/** No line that is cut has it. */
export const HOLE = '\0';

/** Shorter than any word or line that auditctl cuts or refuses for its length. */
const SHORT = 255;

/** No escape, no byte that auditctl gives a meaning, and nothing beyond ASCII. */
const PLAIN = /^[ -[\]-~]+$/;

/** A path that is not in its one spelling, or that may be read as an operator and its value. */
const ODD = /\/\.{0,2}(?:\/|$)|[!<=>&]/;

const CALLS = ' -S ';

/** One of the numbers of which a process has one each, listed as it is written. */
export const NUMBERED = '(?:a|e|s|fs)?uid|(?:s|fs)gid|p?pid';
const NUMBER = new RegExp(` -F (?:${NUMBERED})=(?:[1-9][0-9]{0,8}|0)(?= |$)`);

/** Undefined where what is cut out could be read as anything else. */
export function cutLine(text: string): CutLine | undefined {
  if (text.length >= SHORT || !PLAIN.test(text)) return undefined;
  const key = keyOf(text);
  const end = text.length - (key?.length ?? 0);
  const callsAt = text.indexOf(CALLS) + CALLS.length;
  const calls = callsAt < CALLS.length ? '' : callsFrom(text, callsAt);
  const valueAt = valueIn(text);
  const value = valueAt < 0 ? '' : wordAt(text, valueAt);
  if (value === '' && calls === '') return undefined;
  if (key === '' || valueAt >= end || ODD.test(value) || calls.includes('/')) return undefined;
  // What comes first is cut out last, so that places stay what they are.
  let around = text.slice(0, end);
  if (callsAt > valueAt) around = without(around, callsAt, calls);
  around = without(around, valueAt, value);
  if (callsAt < valueAt) around = without(around, callsAt, calls);
  return { around, calls, value, key: key ?? '' };
}

/** The last word, if it is a key; undefined if there is none. */
function keyOf(text: string): string | undefined {
  const word = text.lastIndexOf(' ') + 1;
  if (text.startsWith('-k ', word - 3)) return text.slice(word);
  return text.startsWith('-F key=', word - 3) ? text.slice(word + 'key='.length) : undefined;
}

/** A rule on all calls has no list of them. */
function callsFrom(text: string, at: number): string {
  const calls = wordAt(text, at);
  return calls === 'all' ? '' : calls;
}

function valueIn(text: string): number {
  const path = text.indexOf('/');
  if (path >= 0) return path;
  const number = text.search(NUMBER);
  return number < 0 ? number : text.indexOf('=', number) + 1;
}

function wordAt(text: string, at: number): string {
  const end = text.indexOf(' ', at);
  return text.slice(at, end < 0 ? text.length : end);
}

function without(text: string, at: number, word: string): string {
  return word === '' ? text : text.slice(0, at) + HOLE + text.slice(at + word.length);
}
