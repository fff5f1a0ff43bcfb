/** The flaws of rule files as text: a line for each, as compilers write them, and what mends it. */

import type { Flaw, Severity } from '../evaluate/flaws/flaw.ts';
import type { Style } from '../terminal/terminal.ts';
import { counted, printable } from '../text.ts';
import { type Look, paint, wrap } from './layout.ts';
import type { LintReport } from './report.ts';

const SEVERITIES: Readonly<Record<Severity, { readonly word: string; readonly look: Look }>> = {
  refused: { word: 'does not load', look: 'red' },
  misread: { word: 'loads, and does not do what it says', look: 'yellow' },
  hint: { word: 'hint', look: 'cyan' },
};

/** These are told of a whole file: there is no line to show. */
const OF_FILES: readonly Flaw['kind'][] = ['skippedFile', 'unsafeFile'];

/** A line longer than this is shown in part. */
const SHOWN = 160;

/** The report of `lint`. */
export function describeLint(report: LintReport, style: Style): string {
  return [
    ...report.flaws.map((flaw) => describeFlaw(flaw, style)),
    ...report.unreadable.map(({ path, reason }) => wrap(unread(path, reason), style, '', '  ')),
    ...report.notes.map((note) => wrap(note, style, 'note: ', '  ')),
    summary(report, style),
  ].join('\n');
}

function describeFlaw(flaw: Flaw, style: Style): string {
  const { word, look } = SEVERITIES[flaw.severity];
  const { file, line, column } = flaw.at;
  const shown = OF_FILES.includes(flaw.kind) ? [] : [`    ${printable(shortened(flaw.text))}`];
  return [
    `${paint(style, 'bold', printable(`${file}:${line}:${column}:`))} ${paint(style, look, word)} [${flaw.kind}]`,
    ...shown,
    wrap(flaw.what, style, '  '),
    wrap(flaw.mend, style, '  mend: ', '  '),
    '',
  ].join('\n');
}

function shortened(text: string): string {
  const letters = Array.from(text.trimEnd() === '' ? text : text.replace(/^ +/, ''));
  return letters.length > SHOWN ? `${letters.slice(0, SHOWN).join('')}…` : letters.join('');
}

function unread(path: string, reason: string): string {
  return reason.includes(path) ? reason : `cannot read '${path}': ${reason}`;
}

function summary({ flaws, files, facts, isHosts }: LintReport, style: Style): string {
  const count = (severity: Severity): number =>
    flaws.filter((flaw) => flaw.severity === severity).length;
  const parts = [
    [count('refused'), 'does not load'],
    [count('misread'), 'does not do what it says'],
    [count('hint'), 'hint'],
  ] as const;
  const told = parts.flatMap(([number, what]) => (number === 0 ? [] : `${what}: ${number}`));
  const found =
    flaws.length === 0 ? 'No flaws' : `${counted(flaws.length, 'flaw')} (${told.join(', ')})`;
  const version =
    facts.version === undefined
      ? 'as audit 3.0.9 would, for the version of this host is not known'
      : `as audit ${facts.version.join('.')} would`;
  const loader =
    isHosts && facts.mechanism.kind !== 'none' ? `, loaded by ${facts.mechanism.runBy}` : '';
  const read = `${counted(files.length, 'file')} with ${counted(sum(files), 'line')}`;
  return wrap(`${found} in ${read}, read ${version}${loader}.`, style);
}

function sum(files: LintReport['files']): number {
  return files.reduce((total, { lines }) => total + lines, 0);
}
