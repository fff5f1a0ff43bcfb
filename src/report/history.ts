/** The changes made on this host, the latest first. */

import type { Change } from '../apply/change.ts';
import type { Vanished } from '../apply/vanished.ts';
import type { AbsolutePath } from '../paths.ts';
import { shellLine } from '../shell.ts';
import type { Style } from '../terminal/terminal.ts';
import { heading, paint, type Row, rows } from './layout.ts';
import type { HistoryReport, PruneReport } from './report.ts';
import { aftermathWords } from './boot.ts';
import { moment } from './waiting.ts';
import { STATES } from './words.ts';
import { counted, printable } from '../text.ts';

/** Each with when, what was asked, and where its before-images lie. */
export function describeHistory({ changes, vanished }: HistoryReport, style: Style): string {
  if (changes.length === 0) return 'No change was made on this host.';
  const latest = changes.toSorted((a, b) => (a.record.time < b.record.time ? 1 : -1));
  return latest.map((change) => describeEntry(change, vanished, style)).join('\n\n');
}

/** What goes, or went, and what stays. */
export function describePruning(
  { changes, bytes, stay, isDone }: PruneReport,
  style: Style,
): string {
  const rest = `${counted(stay, 'change')} ${stay === 1 ? 'stays' : 'stay'}`;
  if (changes.length === 0) return `Nothing to prune: ${rest}.`;
  const verb = isDone ? 'Pruned' : 'To prune';
  const entries = changes.map(({ record, state }): Row => {
    return [printable(record.id), STATES[state], shellLine(['dockaudit', ...record.argv])];
  });
  const title = `${verb}: ${counted(changes.length, 'change')}, ${bytes} bytes; ${rest}`;
  return `${heading(title, style)}\n${rows(entries, style)}`;
}

function describeEntry(
  { record, state, since, note, backup, deadline, afterBoot }: Change,
  vanished: readonly Vanished[],
  style: Style,
): string {
  const look = state === 'kept' ? 'green' : state === 'rolledBack' ? 'dim' : 'yellow';
  const isGone = (path: AbsolutePath): boolean =>
    vanished.some((one) => one.path === path && one.id === record.id);
  const entries: readonly Row[] = [
    ['when', record.time.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC')],
    ['asked', printable(shellLine(['dockaudit', ...record.argv]))],
    ['controls', record.controls.join(', ')],
    [
      'files',
      ...record.edited.map((path) => (isGone(path) ? `${path} (removed by someone else)` : path)),
    ],
    ['backup', `${backup}/`],
    ...record.announced.map((step): Row => ['also', step]),
    ...(deadline === undefined
      ? []
      : [['until', `${moment(deadline.at)}, unless it is confirmed`] as const]),
    ...(afterBoot === undefined ? [] : [['after boot', ...aftermathWords(afterBoot)] as const]),
    ...(record.afterBoot === undefined || afterBoot !== undefined || state !== 'kept'
      ? []
      : [['after boot', 'it will be looked at once, after the next boot'] as const]),
    ...(note === undefined ? [] : [['note', `${printable(note)} (${moment(since)})`] as const]),
  ];
  const title = `${heading(printable(record.id), style)}  ${paint(style, look, STATES[state])}`;
  return `${title}\n${rows(entries, style)}`;
}
