/** The verdict of each control with its reason, the lines that decide it, and what to do about it. */

import type { Evidence, Finding } from '../evaluate/finding.ts';
import type { Style } from '../terminal/terminal.ts';
import { printable } from '../text.ts';
import { isNarrow, paint, type Row, rows, visibleWidth, wrap } from './layout.ts';
import { dissentSentence } from './procedure.ts';
import { originWord, standingWord, VERDICTS, verdictWord } from './words.ts';

const INDENT = '  ';
const EVIDENCE = '    ';

export function describeFindings(findings: readonly Finding[], style: Style): string {
  const width = Math.max(0, ...findings.map(({ verdict }) => VERDICTS[verdict].word.length));
  const told = findings.map((finding) => describeFinding(finding, style, width));
  const marked = findings.find(({ section }) => section.unverified !== undefined);
  if (marked !== undefined) told.push(wrap(unverifiedNote(marked), style));
  return told.join('\n\n');
}

/** Of numbers and levels that were concluded, not read. */
function unverifiedNote({ section }: Finding): string {
  return `* its number or level was not seen in the book: 'dockaudit explain ${section.number}' says what it rests on`;
}

function describeFinding(finding: Finding, style: Style, width: number): string {
  const { section } = finding;
  const verdict = verdictWord(finding.verdict, style, isNarrow(style) ? 0 : width);
  const mark = section.unverified === undefined ? '' : '*';
  const number = paint(style, 'bold', `${section.number}${mark}`);
  const head = isNarrow(style)
    ? `${verdict}  ${number}\n${wrap(section.control.title, style, INDENT)}`
    : wrap(section.control.title, style, `${verdict}  ${number}  `);
  return [
    head,
    wrap(finding.reason, style, INDENT),
    evidenceLines(finding.evidence, style),
    rows(detailRows(finding), style, INDENT),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** Where each deciding line stands, and the line itself. */
function evidenceLines(evidence: readonly Evidence[], style: Style): string {
  const origins = evidence.map(evidenceWord);
  const column = Math.max(0, ...origins.map(visibleWidth)) + 2;
  return evidence
    .map(({ text }, index) => {
      const origin = origins[index] ?? '';
      const place = EVIDENCE + paint(style, 'cyan', origin);
      const line = printable(text);
      return column + visibleWidth(EVIDENCE + line) <= style.width
        ? `${place}${' '.repeat(column - visibleWidth(origin))}${line}`
        : `${place}\n${EVIDENCE}  ${line}`;
    })
    .join('\n');
}

/** A rule of the kernel that stands in no file is known by that. */
function evidenceWord({ origin, source }: Evidence): string {
  const word = originWord(origin);
  return origin.kind === 'kernel' && source === undefined ? `${word} (in no file)` : word;
}

function detailRows(finding: Finding): readonly Row[] {
  const { running, persistent, verdict } = finding;
  const isPlain = verdict === 'pass' || verdict === 'notApplicable';
  const entries: Row[] = [];
  if (!isPlain) {
    if (finding.basis === 'kernel+files') entries.push(['in the kernel', standingWord(running)]);
    entries.push(['in the files', standingWord(persistent)]);
  }
  const book = dissentSentence(finding);
  if (book !== undefined) entries.push(['the book', book]);
  if (finding.mend !== undefined) entries.push(['mend', finding.mend]);
  for (const advice of finding.advice) entries.push(['advice', advice]);
  return entries;
}
