/**
 * Which lines of the rule files are ours: those that the journal says we wrote, and in a file with
 * our mark what stands below a comment of ours. People add lines of their own beside them. Pure.
 */

import { parseLine } from '../audit/parse.ts';
import type { Facts, RulesFile } from '../discover/facts.ts';
import type { AbsolutePath } from '../paths.ts';
import { isOurs } from './edits.ts';

/** The comment above lines of ours. */
export interface OwnComment {
  /** From 1. */
  readonly line: number;
  /** A number in some benchmark. */
  readonly control: string;
  readonly why: string;
}

/** A rule that we wrote. */
export interface OwnLine {
  readonly file: AbsolutePath;
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** Undefined where a person took it away or changed it. */
  readonly comment: OwnComment | undefined;
}

/** In load order. */
export function ownLines({ persistent, writtenByUs }: Facts): readonly OwnLine[] {
  return persistent.files.flatMap((file) =>
    blocksOf(file).flatMap(({ comment, lines }) => {
      const known = lines.filter(({ text }) => writtenByUs?.get(file.path)?.includes(text));
      const mine = known.length > 0 ? known : comment && isOurs(file) ? likeFirst(lines) : [];
      return mine.map((one) => ({ file: file.path, ...one, comment }));
    }),
  );
}

type Line = Pick<OwnLine, 'line' | 'text'>;

interface Block {
  readonly comment: OwnComment | undefined;
  readonly lines: readonly Line[];
}

/** As `blockOf` of edits.ts writes it. */
const COMMENT = /^# (\d+(?:\.\d+)+): (.+)$/;

/** Lines of rules, parted wherever a comment or an empty line stands. */
function blocksOf({ text }: RulesFile): readonly Block[] {
  const blocks: Block[] = [];
  let comment: OwnComment | undefined;
  let lines: Line[] = [];
  const close = (): void => {
    if (lines.length > 0) blocks.push({ comment, lines });
    [comment, lines] = [undefined, []];
  };
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() !== '' && !line.startsWith('#')) lines.push({ line: at + 1, text: line });
    else {
      close();
      const [, control, why] = COMMENT.exec(line) ?? [];
      comment =
        control === undefined || why === undefined ? undefined : { line: at + 1, control, why };
    }
  }
  close();
  return blocks;
}

/** Where no journal tells: one change writes one key, a line below with another is a person's. */
function likeFirst(lines: readonly Line[]): readonly Line[] {
  const [first] = lines.map(({ text }) => keyOf(text));
  return lines.filter(({ text }) => keyOf(text) !== undefined && keyOf(text) === first);
}

function keyOf(text: string): string | undefined {
  const read = parseLine(text, { kind: 'argument' });
  return read.kind === 'rule' && read.directives.length === 0 ? read.rule.keys[0] : undefined;
}
