/**
 * Text of a rules file as lines and words, as auditctl cuts it.
 * Source: get_line, preprocess, postprocess, fileopt, audit_strsplit, audit 3.0.9.
 */

import { byteLength, decode, encode, isLonger } from '../text.ts';

/** Bytes that one `fgets` takes at most; the rest of a longer line is a line of its own. */
const LINE_BYTES = 6143;

export interface Line {
  readonly text: string;
  /** From 1, as auditctl counts them. */
  readonly line: number;
}

/** The lines of a file: cut at newlines and at {@link LINE_BYTES}, each ending at its first NUL. */
export function readLines(text: string): readonly Line[] {
  const physical = text.split('\n');
  const last = physical.pop() ?? '';
  const lines: Line[] = [];
  const add = (piece: string): void => {
    lines.push({ text: untilNul(piece), line: lines.length + 1 });
  };
  for (const line of physical) cut(line, 1).forEach(add);
  if (last !== '') cut(last, 0).forEach(add);
  return lines;
}

/** The lines that auditctl reads of one line of a file; none of an empty one. */
export function piecesOf(text: string): readonly string[] {
  return isPiece(text) ? [text] : readLines(text).map((piece) => piece.text);
}

/** Whether auditctl surely reads the text as the one line that it is. */
export function isPiece(text: string): boolean {
  return text.length * 3 < LINE_BYTES && text !== '' && !text.includes('\0');
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function cut(line: string, newline: 0 | 1): readonly string[] {
  if (!isLonger(line, LINE_BYTES - newline)) return [line];
  const bytes = encode(line);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length + newline; at += LINE_BYTES) {
    pieces.push(decode(bytes.subarray(at, at + LINE_BYTES)));
  }
  return pieces;
}

/** Stand-ins for an escaped space and an escaped backslash while a line is cut at spaces. */
const SPACE = '\x07';
const BACKSLASH = '\x04';
/** auditctl takes two bytes for one even where a file holds these itself. */
const STAND_IN = new RegExp(`[${SPACE}${BACKSLASH}][^]?`, 'g');

/**
 * The words of a line. Only a space separates; `\ ` and `\\` stand for a space and a backslash, but
 * not in the first word, which auditctl leaves as its preprocessor made it.
 */
export function wordsOf(text: string): readonly string[] {
  const isPlain = !MARKED.test(text);
  const pieces = (isPlain ? text : marked(text)).split(' ');
  const words = pieces.includes('') ? pieces.filter((word) => word !== '') : pieces;
  const kept = words.slice(0, roomFor(text));
  return isPlain ? kept : kept.map((word, index) => (index === 0 ? word : unescaped(word)));
}

/** Most lines hold neither an escape nor a stand-in: they need only be cut. */
const MARKED = new RegExp(`[\\\\${SPACE}${BACKSLASH}]`);

function marked(text: string): string {
  return text.replace(/\\[^]/g, (pair) =>
    pair === '\\ ' ? SPACE + SPACE : pair === '\\\\' ? BACKSLASH + BACKSLASH : pair,
  );
}

/** auditctl makes room for one word in three bytes; what does not fit is silently dropped. */
function roomFor(text: string): number {
  return Math.floor(byteLength(text) / 3) + 1;
}

function unescaped(word: string): string {
  return word.replace(STAND_IN, (pair) => (pair.startsWith(SPACE) ? ' ' : '\\'));
}

/** `word` as it must be written in a rules file. */
export function escaped(word: string): string {
  return word.replace(/[\\ ]/g, '\\$&');
}
