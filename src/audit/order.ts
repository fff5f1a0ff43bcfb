/**
 * The order in which augenrules reads the files of rules.d, and which names it cannot read.
 * Source: init.d/augenrules, audit 3.0.9 and 4.2.1; filevercmp of coreutils 9; strverscmp of musl.
 */

import { encode } from '../text.ts';
import type { Dialect } from './merge.ts';
import { isSince } from './vocabulary.ts';

/** The names that augenrules hands to `cat`, in order; one may be there twice, or not at all. */
export function loadOrder(names: readonly string[], dialect: Dialect): readonly string[] {
  const compare = dialect.ls === 'busybox' ? compareInBusybox : compareVersions;
  const visible = names.filter((name) => !name.startsWith('.')).toSorted(compare);
  if (isSince(dialect.version, [4, 2, 0])) return visible.filter((name) => name.endsWith('.rules'));
  return visible
    .flatMap((name) => name.split('\n'))
    .filter((line) => line.endsWith('.rules'))
    .flatMap((line) => line.split(/[ \t]+/).filter((word) => word !== ''))
    .flatMap((word) => globbed(word, names));
}

/** The shell expands a name that looks like a pattern, as augenrules does not quote it. */
function globbed(word: string, names: readonly string[]): readonly string[] {
  if (!/[*?[]/.test(word)) return [word];
  const pattern = patternOf(word);
  // Only a pattern that begins with a dot finds hidden files.
  const matches = names.filter(
    (name) => pattern.test(name) && (word.startsWith('.') || !name.startsWith('.')),
  );
  return matches.length === 0 ? [word] : matches.toSorted(compareBytes);
}

function patternOf(word: string): RegExp {
  const source = word.replace(/\[[!^]?\]?[^\]]*\]|[^]/g, (piece) => {
    if (piece === '*') return '.*';
    if (piece === '?') return '.';
    if (piece.length === 1) return piece.replace(/[\\^$.|+()[\]{}*?]/g, '\\$&');
    const negated = /^\[[!^]/.test(piece);
    const members = piece.slice(negated ? 2 : 1, -1).replace(/[\\[\]^]/g, '\\$&');
    return `[${negated ? '^' : ''}${members}]`;
  });
  try {
    return new RegExp(`^${source}$`, 's');
  } catch {
    // A range that runs backwards matches nothing.
    return /(?!)/;
  }
}

/**
 * `ls -v` of coreutils: suffixes such as `.rules` count only between names that are else equal.
 * @internal tests compare it with the real one
 */
export function compareVersions(one: string, other: string): number {
  if (one === other) return 0;
  const [left, right] = [bytesOf(one), bytesOf(other)];
  return (
    compareRuns(bytesOf(prefixOf(one)), bytesOf(prefixOf(other))) ||
    compareRuns(left, right) ||
    compareBytes(one, other)
  );
}

function prefixOf(name: string): string {
  return name.slice(0, 1) + name.slice(1).replace(/(?:\.[A-Za-z~][A-Za-z0-9~]*)*$/, '');
}

function bytesOf(text: string): Uint8Array {
  return encode(text);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** `~` before the end, the end before letters, letters before all other bytes. */
function weight(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (isDigit(byte)) return 0;
  if (byte === 0x7e) return -2;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x7a ? byte : byte + 256;
}

/** Compares runs of other bytes by weight and runs of digits by value, in turn. */
function compareRuns(one: Uint8Array, other: Uint8Array): number {
  let [at, place] = [0, 0];
  while (at < one.length || place < other.length) {
    while (isOther(one, at) || isOther(other, place)) {
      const difference = weight(one[at]) - weight(other[place]);
      if (difference !== 0) return difference;
      at++;
      place++;
    }
    while (one[at] === 0x30) at++;
    while (other[place] === 0x30) place++;
    let first = 0;
    while (isDigit(one[at]) && isDigit(other[place])) {
      first ||= (one[at] ?? 0) - (other[place] ?? 0);
      at++;
      place++;
    }
    if (isDigit(one[at])) return 1;
    if (isDigit(other[place])) return -1;
    if (first !== 0) return first;
  }
  return 0;
}

function isOther(bytes: Uint8Array, at: number): boolean {
  return at < bytes.length && !isDigit(bytes[at]);
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(encode(one), encode(other));
}

/** `ls -v` of BusyBox. */
function compareInBusybox(one: string, other: string): number {
  const [left, right] = [encode(one), encode(other)];
  let at = 0;
  let run = 0;
  let zeros = true;
  for (; left[at] === right[at]; at++) {
    const byte = left[at];
    if (byte === undefined) return 0;
    if (!isDigit(byte)) [run, zeros] = [at + 1, true];
    else if (byte !== 0x30) zeros = false;
  }
  if (isNonZero(left[run]) && isNonZero(right[run])) {
    let end = at;
    for (; isDigit(left[end]); end++) if (!isDigit(right[end])) return 1;
    if (isDigit(right[end])) return -1;
  } else if (zeros && run < at && (isDigit(left[at]) || isDigit(right[at]))) {
    return (((left[at] ?? 0) - 0x30) & 0xff) - (((right[at] ?? 0) - 0x30) & 0xff);
  }
  return (left[at] ?? 0) - (right[at] ?? 0);
}

function isNonZero(byte: number | undefined): boolean {
  return isDigit(byte) && byte !== 0x30;
}
