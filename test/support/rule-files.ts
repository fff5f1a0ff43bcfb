/**
 * Random rules files: lines of rule-lines.ts, lines that undo or repeat others, and the ways in which
 * bytes go wrong: tabs, carriage returns, a byte order mark, NUL, lines longer than auditctl reads.
 */

import * as fc from 'fast-check';
import { anyLine } from './rule-lines.ts';
import { isSafe } from './rules-guard.ts';
import { encode } from '../../src/text.ts';

/** What may become of a line that stood before. */
const ECHOES: readonly ((line: string) => string)[] = [
  (line) => line,
  (line) => line,
  (line) => line.replace(/^-a /, '-d ').replace(/^-w/, '-W'),
  (line) => line.replace(/^-[aA] /, '-d ').replace(/^-w/, '-W'),
  (line) => line.replace(/^-a /, '-A '),
  (line) => line.replace(/^-w (\S+)$/, '-a always,exit -F path=$1 -F perm=rwxa'),
  (line) => line.replace(/^-w (\S+) -p (\S+)/, '-a exit,always -F dir=$1 -F perm=$2'),
  (line) => line.split(' -').toReversed().join(' -'),
  (line) => line.replace(/ -k (\S+)/, ' -F key=$1'),
  (line) => line.replaceAll('/dir', '//dir'),
  (line) => `${line} -k other`,
];

/** How the bytes of a line go wrong. */
const SPOILS: readonly ((line: string, at: number) => string)[] = [
  (line) => `${line}\r`,
  (line) => `${line} `,
  (line) => `  ${line}`,
  (line) => `\t${line}`,
  (line) => `${line}\t`,
  (line) => line.replace(' ', '\t'),
  (line, at) => `${line.slice(0, at)}\0${line.slice(at)}`,
  (line, at) => `${line.slice(0, at)}\\${line.slice(at)}`,
  (line, at) => `${line.slice(0, at)} ${line.slice(at)}`,
  (line, at) => `${line.slice(0, at)}\x04${line.slice(at)}`,
  (line, at) => `${line.slice(0, at)}\x07${line.slice(at)}`,
  (line, at) => `${line.slice(0, at)}\udcff${line.slice(at)}`,
  (line, at) => line.slice(0, at) + line.slice(at + 1),
  (line) => `${line} # why`,
  (line) => line.replaceAll(' ', '   '),
  (line) => line.toUpperCase(),
  (line, at) => `#${'x'.repeat(6135 + (at % 12))}${line}`,
  (line, at) => `${line}${' '.repeat(6135 + (at % 12))}${line}`,
  (line, at) => `${line} -k ${'k '.repeat(3050 + (at % 30))}`,
];

interface Step {
  readonly line: string;
  readonly echo: { readonly how: number; readonly of: number } | undefined;
  readonly spoil: { readonly how: number; readonly at: number } | undefined;
}

const step: fc.Arbitrary<Step> = fc
  .record({
    line: anyLine,
    echo: fc.option(fc.record({ how: fc.nat(ECHOES.length - 1), of: fc.nat(5) }), { freq: 1 }),
    spoil: fc.option(fc.record({ how: fc.nat(SPOILS.length - 1), at: fc.nat(60) }), { freq: 1 }),
  })
  .map(({ line, echo, spoil }) => ({ line, echo: echo ?? undefined, spoil: spoil ?? undefined }));

/** `freq` of fast-check is one in so many: a step is plain more often than not. */
const plain: fc.Arbitrary<Step> = anyLine.map((line) => ({
  line,
  echo: undefined,
  spoil: undefined,
}));

function written(steps: readonly Step[]): readonly string[] {
  const lines: string[] = [];
  for (const { line, echo, spoil } of steps) {
    const before = echo === undefined ? undefined : lines[echo.of % Math.max(lines.length, 1)];
    const said = before === undefined ? line : (ECHOES[echo?.how ?? 0]?.(before) ?? line);
    lines.push(spoil === undefined ? said : (SPOILS[spoil.how]?.(said, spoil.at) ?? said));
  }
  return lines;
}

/** A first line that is loaded, so that auditctl tells later errors on stderr; and going on. */
const OPENINGS = ['', '', '-D\n', '-a always,user -F uid=1\n', '-i\n', '-c\n', '-D\n-c\n'];

/** Text of a rules file that the guard lets through. */
export const ruleFile: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...OPENINGS),
    fc.array(fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: step }), {
      minLength: 1,
      maxLength: 6,
    }),
    fc.constantFrom('\n', '\n', '\n', '\n', '\n', '\n', '\n', '\r\n'),
    fc.constantFrom('\n', '\n', '\n', ''),
    fc.constantFrom(...Array.from({ length: 20 }, () => ''), '\u{feff}'),
  )
  .map(([opening, steps, end, last, mark]) => mark + opening + written(steps).join(end) + last)
  .filter((text) => isSafe(encode(text)));
