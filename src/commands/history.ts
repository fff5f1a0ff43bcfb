/** `dockaudit history`: the changes made on this host. */

import { readChanges } from '../apply/journal.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { PrivilegeFailure } from '../errors.ts';
import { describeHistory } from '../report/history.ts';
import type { HistoryReport } from '../report/report.ts';
import type { Context } from './context.ts';
import { deliverText } from './deliver.ts';

export async function history(context: Context): Promise<number> {
  const { run, store, root, options, live, host, self } = context;
  if (live && !(await mayControlAudit(host)))
    throw new PrivilegeFailure(
      'the history of this host is for root alone',
      `sudo ${self.join(' ')} history`,
    );
  if (context.words[0] === 'prune')
    return (await import('./history-prune.ts')).historyPrune(context);
  const report: HistoryReport = { run, changes: await readChanges(store, root), exitCode: 0 };
  if (options.format === 'json') {
    const { historyJson } = await import('../report/json.ts');
    await deliverText(context, () => historyJson(report));
  } else await deliverText(context, (style) => describeHistory(report, style));
  return report.exitCode;
}
