/** `dockaudit history prune`: the oldest changes go, by hand and, at each new change, by themselves. */

import type { Change } from '../apply/change.ts';
import { readChanges } from '../apply/journal.ts';
import { KEPT_CHANGES, prunable, prune, sizeOf } from '../apply/prune.ts';
import type { Facts } from '../discover/facts.ts';
import { ExitStatus, HostFailure } from '../errors.ts';
import { describePruning } from '../report/history.ts';
import type { PruneReport } from '../report/report.ts';
import type { Context } from './context.ts';
import { deliverText } from './deliver.ts';
import { survey } from './survey.ts';

/** Shows what goes, asks, and forgets it. @returns the exit status */
export async function historyPrune(context: Context): Promise<number> {
  const { options, terminal, store, self } = context;
  const keep = options.keep === undefined ? '' : ` --keep ${options.keep}`;
  if (options.yes || terminal.interactive)
    return store.host.exclusively(store.lock, () => session(context));
  const report = await look(context);
  await tell(context, report);
  if (report.changes.length > 0)
    terminal.note(
      `nothing was pruned: nobody could be asked; '${self.join(' ')} history prune${keep} --yes' does it`,
    );
  return report.exitCode;
}

async function session(context: Context): Promise<number> {
  const { options, terminal, store } = context;
  const found = await look(context);
  if (found.changes.length === 0) return tell(context, { ...found, isDone: true });
  if (!options.yes) {
    terminal.say(describePruning(found, terminal.style));
    if (!(await terminal.confirm('Prune these changes? They cannot be undone any more.'))) {
      terminal.say('Nothing was pruned.');
      return found.exitCode;
    }
  }
  return context.shielded(async () => {
    await prune(store, found.changes);
    return tell(context, { ...found, isDone: true, exitCode: ExitStatus.ok });
  });
}

async function look(context: Context): Promise<PruneReport> {
  const { store, root, run, options } = context;
  const all = await readChanges(store, root);
  const { facts } = await survey(context);
  const changes = prunable(all, options.keep ?? KEPT_CHANGES, facts);
  const sizes = await Promise.all(changes.map((change) => sizeOf(store, change)));
  return {
    run,
    changes,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    stay: all.length - changes.length,
    isDone: false,
    exitCode: changes.length > 0 ? ExitStatus.findings : ExitStatus.ok,
  };
}

async function tell(context: Context, report: PruneReport): Promise<number> {
  if (context.options.format === 'json') {
    const { pruneJson } = await import('../report/json.ts');
    await deliverText(context, () => pruneJson(report));
  } else await deliverText(context, (style) => describePruning(report, style));
  return report.exitCode;
}

/** Makes room for one more change; one that cannot go is no reason to stop. */
export async function pruneOld(
  { store }: Pick<Context, 'store'>,
  changes: readonly Change[],
  facts: Facts,
): Promise<void> {
  try {
    await prune(store, prunable(changes, KEPT_CHANGES - 1, facts));
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
  }
}
