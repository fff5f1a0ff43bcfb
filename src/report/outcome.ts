/** What came of a change: the verdicts before and after, where the backup lies, how to undo it. */

import type { Change, Foreign } from '../apply/change.ts';
import type { Deadline } from '../apply/waiting.ts';
import type { Finding } from '../evaluate/finding.ts';
import { shellLine } from '../shell.ts';
import type { Style } from '../terminal/terminal.ts';
import { counted, printable } from '../text.ts';
import { describeFindings } from './findings.ts';
import { heading, isNarrow, paint, type Row, rows, wrap } from './layout.ts';
import { tallyText } from './procedure.ts';
import type { Report } from './report.ts';
import { moment } from './waiting.ts';
import { STATES, VERDICTS, verdictWord } from './words.ts';

export function describeOutcome(report: Report, style: Style): string {
  const { before = report.findings, findings, change } = report;
  const open = findings.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'notApplicable');
  const parts = [
    [
      heading('Verdicts before and after', style),
      sideBySide(before, findings, style),
      wrap(tallyText(findings, report.demandsProcedure), style, '  '),
    ].join('\n'),
    ...(open.length === 0 ? [] : [describeFindings(open, style)]),
    ...(change === undefined ? [] : [describeChange(report, change, style)]),
  ];
  return parts.join('\n\n');
}

function sideBySide(before: readonly Finding[], after: readonly Finding[], style: Style): string {
  const arrow = paint(style, 'dim', style.unicode ? '→' : '->');
  const width = Math.max(0, ...[...before, ...after].map(({ verdict }) => wordWidth(verdict)));
  return after
    .map(({ section, verdict }) => {
      const was = before.find((each) => each.section.number === section.number)?.verdict ?? verdict;
      const words = `${verdictWord(was, style, width)}  ${arrow}  ${verdictWord(verdict, style, width)}`;
      const number = paint(style, 'bold', section.number);
      if (isNarrow(style)) return `  ${number}  ${words.trimEnd()}`;
      return wrap(section.control.title, style, `  ${number}  ${words}  `);
    })
    .join('\n');
}

function wordWidth(verdict: Finding['verdict']): number {
  return VERDICTS[verdict].word.length;
}

function until({ at }: Deadline): Row {
  return ['until', `${moment(at)}; then it is undone unless it is confirmed`];
}

function describeChange({ byHand = [], undo, keep }: Report, change: Change, style: Style): string {
  const { record, state } = change;
  const command = shellLine(undo ?? ['dockaudit', 'rollback', record.id]);
  const title = heading(`Change ${printable(record.id)}: ${STATES[state]}`, style);
  const entries: Row[] = [
    ...(change.note === undefined ? [] : [['note', change.note] as const]),
    ...(change.foreign === undefined ? [] : [['others', foreignWords(change.foreign)] as const]),
    ['backup', `${change.backup}/`],
    ...(change.deadline === undefined ? [] : [until(change.deadline)]),
    ...record.announced.map((step): Row => ['stays', `${step} (rollback leaves it)`]),
  ];
  const parts = [title, rows(entries, style)];
  if (state === 'kept' || state === 'unconfirmed') {
    if (state === 'unconfirmed') {
      parts.push(wrap('To keep it:', style, '  '));
      const confirm = shellLine(keep ?? ['dockaudit', 'confirm', record.id]);
      parts.push(`    ${paint(style, 'cyan', printable(confirm))}`);
    }
    parts.push(wrap('To undo it:', style, '  '));
    parts.push(`    ${paint(style, 'cyan', printable(command))}`);
    if (byHand.length > 0) {
      parts.push(wrap('Without dockaudit, as root:', style, '  '));
      parts.push(...byHand.map((line) => `    ${paint(style, 'cyan', printable(line))}`));
    }
  }
  return parts.join('\n');
}

/** The proof that nobody else lost a rule: `auditctl -l` without ours, through sha256sum. */
function foreignWords({ count, sha256Before, sha256After }: Foreign): string {
  if (count === 0 && sha256Before === sha256After) return 'no rules of others';
  const rules = `${counted(count, 'rule')} of others`;
  return sha256Before === sha256After
    ? `${rules}, unchanged: sha256 ${sha256After}`
    : `${rules}: sha256 ${sha256After}, before it was ${sha256Before}`;
}
