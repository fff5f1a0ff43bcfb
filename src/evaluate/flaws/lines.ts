/** Lines that are no lines to auditctl: run together with the next file, or cut in two. */

import { parseLine } from '../../audit/parse.ts';
import type { Statement } from '../../audit/rule.ts';
import type { SourceFile } from '../../audit/merge.ts';
import { byteLength, encode, decode } from '../../text.ts';
import { columnAt, flawAt, lineOf, type Flaw } from './flaw.ts';
import { writtenLines, type Script } from './script.ts';

/** Files without a final newline, before a file whose first line that changes. */
export function gluedLines(script: Script): readonly Flaw[] {
  if (script.merging === undefined) return [];
  const files = script.files.filter(({ text }) => text !== '');
  return files.flatMap((file, index) => {
    const next = files[index + 1];
    if (next === undefined || file.text.endsWith('\n')) return [];
    return glued(file, next, script);
  });
}

function glued(file: SourceFile, next: SourceFile, script: Script): readonly Flaw[] {
  const lines = writtenLines(file.text);
  const tail = lines.at(-1) ?? '';
  const head = writtenLines(next.text)[0] ?? '';
  if (head === '' || tail.trim() === '') return [];
  const origin = { kind: 'file', file: file.path, line: lines.length } as const;
  const joined = parseLine(tail + head, origin);
  const both = [tail, head].map((text) => parseLine(text, origin));
  // A comment that runs on into a comment is one.
  if (joined.kind === 'blank' && both.every(({ kind }) => kind === 'blank')) return [];
  const isRefused = script.throughout.problems.some(({ statement }) => isAt(statement, origin));
  return [
    {
      ...flawAt(joined, '', {
        kind: 'glued',
        severity: isRefused ? 'refused' : 'misread',
        what: `the file does not end with a newline, so the first line of ${next.path} becomes part of this one`,
        mend: `end the file with a newline: 'echo >> ${file.path}'`,
        other: { file: next.path, line: 1 },
      }),
      at: { file: file.path, line: lines.length, column: columnAt(tail, tail.length) },
    },
  ];
}

/** Bytes of a line that auditctl reads at once, newline included. Source: get_line, MAX_AUDIT_MESSAGE_LENGTH. */
const LINE_BYTES = 6143;

/** Lines whose rest is read as a line of its own. */
export function cutLines(script: Script): readonly Flaw[] {
  return script.files.flatMap(({ path, text }) =>
    text.length < LINE_BYTES / 3
      ? []
      : writtenLines(text).flatMap((line, index) => {
          if (byteLength(line) < LINE_BYTES) return [];
          return cut(line, { kind: 'file', file: path, line: index + 1 }, script);
        }),
  );
}

function cut(
  line: string,
  origin: Extract<Statement['origin'], { readonly kind: 'file' }>,
  script: Script,
): readonly Flaw[] {
  const pieces = script.statements.filter((statement) => isAt(statement, origin));
  const meant = parseLine(line, origin);
  const acting = pieces.slice(1).filter(({ kind }) => kind !== 'blank');
  // What is cut behind its end, or a comment whose rest is blank, is as it was meant.
  if (acting.length === 0 && meant.kind === 'blank') return [];
  const isRefused = script.throughout.problems.some(({ statement }) => isAt(statement, origin));
  const start = decode(encode(line).subarray(0, LINE_BYTES));
  return [
    {
      ...flawAt(meant, '', {
        kind: 'longLine',
        severity: isRefused ? 'refused' : 'misread',
        what: `auditctl reads ${LINE_BYTES} bytes at once: what follows is a line of its own, ${acting.length === 0 ? 'which is blank' : 'and is carried out'}`,
        mend: 'write shorter lines; a rule with many system calls can be two',
      }),
      at: { file: origin.file, line: origin.line, column: columnAt(start, start.length) },
      text: `${line.slice(0, 60)}…`,
    },
  ];
}

function isAt(
  statement: Statement,
  origin: { readonly file: string; readonly line: number },
): boolean {
  const { file, line } = lineOf(statement);
  return file === origin.file && line === origin.line;
}
