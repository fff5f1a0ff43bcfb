/**
 * Unified diffs that `patch -p1` and `git apply` accept, and their drawing for a person.
 * The home of the library `diff`, which is loaded when the first difference is asked for.
 */

import type { StructuredPatchHunk } from 'diff';

import type { Style } from '../terminal/terminal.ts';
import { encode, printable } from '../text.ts';
import { paint } from './layout.ts';

/** A file before and after, as `decode` reads it; undefined where there is none. */
export interface Difference {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

type Library = typeof import('diff');

/** Two long texts without a line in common would take minutes. */
const TIMEOUT_MS = 1000;
/** Lines longer than this are not compared by words. */
const LONG_LINE = 2000;

/** The exact patch: `encode` gives its bytes. Empty if nothing differs. */
export async function patchText(difference: Difference, timeoutMs = TIMEOUT_MS): Promise<string> {
  const library = await import('diff');
  const hunks = hunksOf(library, difference.before ?? '', difference.after ?? '', timeoutMs);
  if (hunks.length === 0) return '';
  return [...headers(difference), ...hunks.flatMap((hunk) => [hunkHeader(hunk), ...hunk.lines])]
    .map((line) => `${line}\n`)
    .join('');
}

/** The patch for a person: safe on a terminal, in colour with the changed words marked. */
export async function drawPatch(difference: Difference, style: Style): Promise<string> {
  const library = await import('diff');
  const hunks = hunksOf(library, difference.before ?? '', difference.after ?? '', TIMEOUT_MS);
  if (hunks.length === 0) return '';
  const head = headers(difference).map((line) => paint(style, 'bold', harmless(line)));
  const body = hunks.flatMap((hunk) => [
    paint(style, 'cyan', hunkHeader(hunk)),
    ...drawHunk(library, hunk.lines, style),
  ]);
  return [...head, ...body].join('\n');
}

/** Two lists of lines as one, `-` and `+` before what goes and what comes; each line once. */
export async function drawLines(
  before: readonly string[],
  after: readonly string[],
  style: Style,
): Promise<string> {
  const library = await import('diff');
  const [old, next] = [before, after].map((lines) => lines.map((line) => `${harmless(line)}\n`));
  const hunks = hunksOf(library, (old ?? []).join(''), (next ?? []).join(''), TIMEOUT_MS);
  const gap = `    ${paint(style, 'dim', style.unicode ? '…' : '...')}`;
  const parts = hunks.map((hunk) => {
    const lines = drawHunk(library, spaced(hunk.lines), style).map((line) => `  ${line}`);
    return hunk.oldStart > 1 ? [gap, ...lines] : lines;
  });
  const last = hunks.at(-1);
  const reached = last === undefined ? 0 : last.oldStart + last.oldLines - 1;
  return [...parts.flat(), ...(reached < before.length ? [gap] : [])].join('\n');
}

function spaced(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `${line.slice(0, 1)} ${line.slice(1)}`);
}

function hunksOf(
  { structuredPatch }: Library,
  before: string,
  after: string,
  timeout: number,
): readonly StructuredPatchHunk[] {
  if (before === after) return [];
  const patch = structuredPatch('', '', before, after, undefined, undefined, {
    context: 3,
    timeout,
  });
  return patch?.hunks ?? [wholeFile(before, after)];
}

/** All that was goes and all that will be comes: right, though not short. */
function wholeFile(before: string, after: string): StructuredPatchHunk {
  const old = signed(before, '-');
  const next = signed(after, '+');
  return {
    oldStart: 1,
    oldLines: old.count,
    newStart: 1,
    newLines: next.count,
    lines: [...old.lines, ...next.lines],
  };
}

function signed(text: string, sign: string): { count: number; lines: readonly string[] } {
  if (text === '') return { count: 0, lines: [] };
  const lines = text.replace(/\n$/, '').split('\n');
  const end = text.endsWith('\n') ? [] : ['\\ No newline at end of file'];
  return { count: lines.length, lines: [...lines.map((line) => sign + line), ...end] };
}

function headers({ path, before, after }: Difference): readonly string[] {
  return [
    `--- ${before === undefined ? '/dev/null' : fileName(`a${path}`)}`,
    `+++ ${after === undefined ? '/dev/null' : fileName(`b${path}`)}`,
  ];
}

/** A name as git and GNU diff write it: quoted, by bytes, where it holds more than plain ASCII. */
function fileName(name: string): string {
  if (/^[\x21-\x7e]+$/.test(name) && !/["\\]/.test(name)) return name;
  if (/^[\x20-\x7e]+$/.test(name) && !/["\\]/.test(name)) return `${name}\t`;
  const quoted = [...encode(name)].map((byte) => {
    if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`;
    if (byte >= 0x20 && byte <= 0x7e) return String.fromCharCode(byte);
    return `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${quoted.join('')}"`;
}

/** A range of no lines names the line before it. */
function hunkHeader({ oldStart, oldLines, newStart, newLines }: StructuredPatchHunk): string {
  const old = `${oldLines === 0 ? oldStart - 1 : oldStart},${oldLines}`;
  const next = `${newLines === 0 ? newStart - 1 : newStart},${newLines}`;
  return `@@ -${old} +${next} @@`;
}

function drawHunk(library: Library, lines: readonly string[], style: Style): readonly string[] {
  const drawn: string[] = [];
  for (let at = 0; at < lines.length;) {
    let end = at;
    while (end < lines.length && !(lines[end] ?? '').startsWith(' ')) end++;
    if (end === at) drawn.push(harmless(lines[at++] ?? ''));
    else drawn.push(...drawBlock(library, lines.slice(at, end), style));
    at = Math.max(at, end);
  }
  return drawn;
}

/** Lines that go and lines that come in their place. */
function drawBlock(library: Library, lines: readonly string[], style: Style): readonly string[] {
  if (!style.colour) return lines.map(harmless);
  const removed = lines.filter((line) => line.startsWith('-'));
  const added = lines.filter((line) => line.startsWith('+'));
  const pairs = removed.map((line, index) => changedWords(library, line, added[index]));
  let [minus, plus] = [0, 0];
  return lines.map((line) => {
    const mark = line.slice(0, 1);
    if (mark === '\\') return paint(style, 'dim', harmless(line));
    const look = mark === '-' ? 'red' : 'green';
    const words = mark === '-' ? pairs[minus++]?.old : pairs[plus++]?.next;
    if (words === undefined) return paint(style, look, harmless(line));
    const parts = words.map(({ text, isChanged }) =>
      paint(style, isChanged ? [look, 'inverse'] : look, harmless(text)),
    );
    return paint(style, look, mark) + parts.join('');
  });
}

interface Word {
  readonly text: string;
  readonly isChanged: boolean;
}

/** What differs inside a replaced line; undefined if the two lines have too little in common. */
function changedWords(
  { diffWordsWithSpace }: Library,
  removed: string,
  added: string | undefined,
): { readonly old: readonly Word[]; readonly next: readonly Word[] } | undefined {
  if (added === undefined || Math.max(removed.length, added.length) > LONG_LINE) return undefined;
  const parts = diffWordsWithSpace(removed.slice(1), added.slice(1));
  const common = parts.filter((part) => !part.added && !part.removed);
  const kept = common.reduce((sum, { value }) => sum + value.trim().length, 0);
  if (kept * 3 < Math.max(removed.length, added.length)) return undefined;
  const word = ({ value, added: a, removed: r }: (typeof parts)[number]): Word => {
    return { text: value, isChanged: a || r };
  };
  return {
    old: parts.filter((part) => !part.added).map(word),
    next: parts.filter((part) => !part.removed).map(word),
  };
}

/** Tabs are harmless and belong to the text of a rules file. */
function harmless(text: string): string {
  return text.split('\t').map(printable).join('\t');
}
