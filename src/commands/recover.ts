/** `dockaudit recover`: end a change that was cut off, and nothing else. */

import { mayControlAudit } from '../discover/kernel.ts';
import { ExitStatus, PrivilegeFailure } from '../errors.ts';
import { shellLine } from '../shell.ts';
import { describeRecovery } from '../report/recovery.ts';
import type { Recovered, RecoveryReport } from '../report/report.ts';
import type { Context } from './context.ts';
import { deliverText, requireOutput } from './deliver.ts';
import { clearAway, examine, statusAfter, unfinishedChanges, type Cut } from './recovery.ts';
import { askWay } from './unfinished.ts';

/** @returns the exit status */
export async function recover(context: Context): Promise<number> {
  const { live, host, store, self } = context;
  if (live && !(await mayControlAudit(host)))
    throw new PrivilegeFailure(
      'recover needs root (CAP_AUDIT_CONTROL)',
      `sudo ${shellLine([...self, 'recover'])}`,
    );
  await requireOutput(context);
  if (!(await store.host.look(store.directory))) return tell(context, [], ExitStatus.ok);
  return store.host.exclusively(store.lock, () => recoverAll(context));
}

/** Under the lock. @returns the exit status */
export async function recoverAll(context: Context): Promise<number> {
  const { terminal, options } = context;
  const isAnswered = options.yes || options.to !== undefined || terminal.interactive;
  const recovered: Recovered[] = [];
  for (const change of await unfinishedChanges(context)) {
    const cut = await examine(context, change);
    const to = isAnswered ? await askWay(context, cut) : undefined;
    recovered.push(to === undefined ? left(cut) : await cut.end(to));
  }
  return context.shielded(() => closing(context, recovered, isAnswered));
}

/** Clears away and tells. @returns the exit status */
async function closing(
  context: Context,
  recovered: readonly Recovered[],
  isAnswered: boolean,
): Promise<number> {
  const { terminal, self } = context;
  if (isAnswered) await clearAway(context, recovered);
  if (recovered.every(({ to }) => to !== undefined))
    return tell(context, recovered, statusAfter(recovered));
  await tell(context, recovered, ExitStatus.findings);
  const back = shellLine([...self, 'recover', '--to', 'before']);
  if (!isAnswered)
    terminal.note(
      `nothing was changed: nobody could be asked; '${back}' goes back, '--to after' goes forward`,
    );
  return ExitStatus.findings;
}

function left({ change, stand }: Cut): Recovered {
  return { id: change.record.id, interrupted: change, stand, state: change.state, steps: [] };
}

async function tell(
  context: Context,
  recovered: readonly Recovered[],
  exitCode: number,
): Promise<number> {
  const report: RecoveryReport = { run: context.run, recovered, exitCode };
  if (context.options.format === 'json') {
    const { recoveryJson } = await import('../report/recovery-json.ts');
    await deliverText(context, () => recoveryJson(report));
  } else await deliverText(context, (style) => describeRecovery(report, style));
  return exitCode;
}
