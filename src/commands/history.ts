/** `dockaudit history`: the changes made on this host. */

import { readChanges } from '../apply/journal.ts';
import { vanishedFiles } from '../apply/vanished.ts';
import { isOverdue, isWaiting } from '../apply/waiting.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { PrivilegeFailure } from '../errors.ts';
import { describeHistory } from '../report/history.ts';
import type { HistoryReport } from '../report/report.ts';
import { waitingNote } from '../report/waiting.ts';
import type { Context } from './context.ts';
import { deliverText } from './deliver.ts';

export async function history(context: Context): Promise<number> {
  const { run, store, root, options, live, host, self, terminal } = context;
  if (live && !(await mayControlAudit(host)))
    throw new PrivilegeFailure(
      'the history of this host is for root alone',
      `sudo ${self.join(' ')} history`,
    );
  if (context.words[0] === 'prune')
    return (await import('./history-prune.ts')).historyPrune(context);
  const changes = await readChanges(store, root);
  const vanished = await vanishedFiles(host, changes);
  const report: HistoryReport = { run, changes, vanished, exitCode: 0 };
  if (options.format === 'json') {
    const { historyJson } = await import('../report/json.ts');
    await deliverText(context, () => historyJson(report));
  } else await deliverText(context, (style) => describeHistory(report, style));
  const waiting = report.changes.find(isWaiting);
  if (waiting) terminal.note(waitingNote(waiting, self, isOverdue(waiting, host.clock.now())));
  return report.exitCode;
}
