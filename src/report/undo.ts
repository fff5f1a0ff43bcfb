/** An undo for a person, before it is asked for: the diffs, what stays, and what will fail then. */

import type { Behind } from '../apply/behind.ts';
import type { Change } from '../apply/change.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { Edit } from '../plan/plan.ts';
import type { Style } from '../terminal/terminal.ts';
import { counted, printable } from '../text.ts';
import { heading, listed, paint, wrap } from './layout.ts';
import { describeEdit, describePreview } from './proposal.ts';
import { verdictWord } from './words.ts';

export interface UndoView {
  readonly change: Change;
  readonly edits: readonly Edit[];
  /** Files in which others' edits stay. */
  readonly merged: readonly string[];
  /** `auditctl -l`; absent where it does not change, or is not known. */
  readonly table?: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly newer: readonly Change[];
  readonly worse: readonly Finding[];
  /** Of ours that come back behind rules of others. */
  readonly behind?: Behind;
  /** Shell lines that do the same; none where files are merged. */
  readonly byHand: readonly string[];
}

/** Diffs, what to know, what will fail, and the same by hand. */
export async function describeUndo(view: UndoView, style: Style): Promise<string> {
  const { change, edits, merged, table, newer, worse, behind, byHand } = view;
  const { id, daemon } = change.record;
  const files = await Promise.all(edits.map((edit) => describeEdit(edit, style)));
  const kernel = table ? [await describePreview({ kind: 'table', ...table }, style)] : [];
  const stays = [
    ...merged.map((path) => `${path} was edited since: only what the change wrote is undone`),
    ...newer.map(({ record }) => staying(record)),
    ...(behind ? [behindNote(behind)] : []),
    ...(daemon.action === 'start' ? ['auditd, which the change started, is stopped again'] : []),
  ];
  const parts = [
    heading(`Undo change ${printable(id)}`, style),
    ...files,
    ...kernel,
    ...section('To know', stays.map((each) => wrap(each, style, '  ')).join('\n'), style),
    ...section('Worse afterwards', worseRows(worse, style), style),
    ...section(
      'The same by hand, as root',
      byHand.map((line) => `  ${paint(style, 'cyan', printable(line))}`).join('\n'),
      style,
    ),
  ];
  return parts.join('\n\n');
}

/** What it means that ours come back behind rules of others. */
export function behindNote({ count, silencing }: Behind): string {
  const rules = `ours come back behind ${counted(count, 'rule')} of others`;
  return silencing.length === 0
    ? `${rules}, none of which can silence ours`
    : `${rules}; if one of these says never, which a listing may not tell, it silences ours there: '${printable(silencing.join("', '"))}'`;
}

function staying({ id, time, edited, controls }: Change['record']): string {
  const when = time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
  return `change ${id} of ${when} came after it and stays: ${listed(edited)}, for ${listed(controls)}`;
}

function section(title: string, body: string, style: Style): readonly string[] {
  return body === '' ? [] : [`${heading(title, style)}\n${body}`];
}

function worseRows(worse: readonly Finding[], style: Style): string {
  return worse
    .map(({ section: { number }, verdict, reason }) =>
      wrap(reason, style, `  ${number}  ${verdictWord(verdict, style)}  `, '      '),
    )
    .join('\n');
}
