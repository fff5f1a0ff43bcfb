/**
 * A flaw: a line of a rules file that will not load, or does not mean what it says.
 * docs/lint.md lists the kinds. Source: auditctl and augenrules, measured on audit 2.8.5 to 4.2.1.
 */

import type { Statement } from '../../audit/rule.ts';
import { absolutePath, type AbsolutePath } from '../../paths.ts';

/** Does not load; loads, and does not do what it says; works, and is worth a word. */
export type Severity = 'refused' | 'misread' | 'hint';

export type FlawKind =
  // Does not load.
  | 'refused'
  | 'duplicate'
  | 'unknownAccount'
  | 'unknownSyscall'
  | 'missingPlace'
  | 'missingAtBoot'
  | 'trailingComment'
  | 'byteOrderMark'
  | 'dash'
  | 'possible'
  | 'skippedFile'
  | 'unread'
  | 'erased'
  | 'unsafeFile'
  // One or the other.
  | 'glued'
  | 'longLine'
  | 'tab'
  | 'quotes'
  | 'carriageReturn'
  | 'prependDeletes'
  // Loads, and does not do what it says.
  | 'commentInKey'
  | 'wildcard'
  | 'relativePath'
  | 'nul'
  | 'unhoisted'
  | 'overridden'
  | 'earlyLock'
  | 'earlyDelete'
  | 'missingDelete'
  | 'hiddenErrors'
  | 'permissionsTwice'
  | 'mixedSyscalls'
  | 'finalLink'
  | 'directoryOnFile'
  | 'silenced'
  | 'neverTask'
  | 'excluded'
  | 'switchedOff'
  // Worth a word.
  | 'oneArchitecture'
  | 'absentPlace'
  | 'entryOnly';

/** A place in a file as an editor counts: lines and characters from 1. */
export interface Position {
  readonly file: AbsolutePath;
  readonly line: number;
  readonly column: number;
}

export interface Flaw {
  readonly kind: FlawKind;
  readonly severity: Severity;
  readonly at: Position;
  /** The line as the loader reads it; of a whole file, its name. */
  readonly text: string;
  /** What happens. */
  readonly what: string;
  readonly mend: string;
  /** The line that it has to do with. */
  readonly other?: Omit<Position, 'column'>;
}

type Said = Pick<Flaw, 'kind' | 'severity' | 'what' | 'mend' | 'other'>;

/** @param piece what of the line is at fault; its first word, if empty or not there */
export function flawAt(statement: Statement, piece: string, said: Said): Flaw {
  const { text } = statement;
  return { ...said, at: { ...lineOf(statement), column: columnOf(text, piece) }, text };
}

/** The line that a person wrote; of what came from no file, standard input's first. */
export function lineOf({ origin }: Statement): Omit<Position, 'column'> {
  return origin.kind === 'file'
    ? { file: origin.file, line: origin.line }
    : { file: absolutePath('/dev/stdin'), line: 1 };
}

/** `FILE:LINE` of where a statement was written: for a sentence, and to tell lines apart. */
export function placeOf(statement: Statement): string {
  return placeAt(lineOf(statement));
}

/** `FILE:LINE`. */
export function placeAt({ file, line }: Omit<Position, 'column'>): string {
  return `${file}:${line}`;
}

/** The column of the first `piece` in `text`, or of the first word. */
function columnOf(text: string, piece: string): number {
  const at = piece === '' ? -1 : text.indexOf(piece);
  return columnAt(text, at >= 0 ? at : Math.max(text.search(/[^ ]/), 0));
}

/** The column at `offset` (UTF-16 units) of `text`. */
export function columnAt(text: string, offset: number): number {
  return Array.from(text.slice(0, offset)).length + 1;
}
