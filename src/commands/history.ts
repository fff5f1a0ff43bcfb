/** `dockaudit history`: the changes made on this host. */

import { readChanges } from '../apply/journal.ts';
import { describeHistory } from '../report/history.ts';
import type { HistoryReport } from '../report/report.ts';
import type { Context } from './context.ts';
import { deliverText } from './deliver.ts';

export async function history(context: Context): Promise<number> {
  const { run, store, root, options, terminal } = context;
  const report: HistoryReport = { run, changes: await readChanges(store, root), exitCode: 0 };
  if (options.format === 'json') {
    const { historyJson } = await import('../report/json.ts');
    await deliverText(context, historyJson(report));
  } else await deliverText(context, describeHistory(report, terminal.style));
  return report.exitCode;
}
