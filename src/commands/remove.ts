/** `dockaudit remove`: takes out all that is ours, of every change; a change that can be undone. */

import { openStore } from '../apply/safe-store.ts';
import { mayControlAudit } from '../discover/kernel.ts';
import { ExitStatus, PrivilegeFailure } from '../errors.ts';
import { isEmpty, type Plan } from '../plan/plan.ts';
import { makeRemoval } from '../plan/removal.ts';
import type { Report } from '../report/report.ts';
import { carryOut } from './carry-out.ts';
import { withdrawChecks } from './check-after-boot.ts';
import type { Context } from './context.ts';
import { deliver, requireOutput } from './deliver.ts';
import { requireEvidence, withEvidence } from './keep-evidence.ts';
import { refuseWaiting } from './refuse-waiting.ts';
import { refuseReadOnly, refuseUnreachable } from './refusals.ts';
import { finish, show, type Ending } from './session.ts';
import { survey, type Survey } from './survey.ts';
import { leaveUnfinished, noting, recoverFirst, withUnfinished } from './unfinished.ts';

export async function remove(context: Context): Promise<number> {
  const { options, terminal, store, host, live, self } = context;
  if (live && !(await mayControlAudit(host)))
    throw new PrivilegeFailure(
      'remove needs root (CAP_AUDIT_CONTROL)',
      `sudo ${self.join(' ')} remove`,
    );
  await requireEvidence(context);
  if (options.dryRun || (!options.yes && !terminal.interactive)) return showRemoval(context);
  await requireOutput(context);
  await openStore(store);
  const { exitCode } = await store.host.exclusively(store.lock, () => session(context));
  return exitCode;
}

/** Nothing is changed. */
async function showRemoval(context: Context): Promise<number> {
  const { options, terminal, self } = context;
  const before = withUnfinished(context, await survey(context));
  const proposal = propose(context, before);
  const report = await withEvidence(context, reportOf(context, before, proposal), { before });
  await deliver(context, report);
  if (!options.dryRun && !isEmpty(proposal))
    terminal.note(
      `nothing was changed: nobody could be asked; '${self.join(' ')} remove --yes' does it`,
    );
  return report.exitCode;
}

async function session(context: Context): Promise<Ending> {
  const { options, terminal } = context;
  await refuseWaiting(context);
  const recovered = await recoverFirst(context);
  if (recovered === undefined) return { exitCode: leaveUnfinished(context) };
  const before = noting(await survey(context), recovered);
  refuseUnreachable(before.facts);
  const proposal = propose(context, before);
  const report = reportOf(context, before, proposal);
  await show(context, report);
  if (isEmpty(proposal)) {
    await withdrawChecks(context, before);
    return finish(context, report, { before });
  }
  refuseReadOnly(before.facts);
  if (!options.yes && !(await terminal.confirm('Remove all that is ours?')))
    return finish(context, report, { before });
  const waits = proposal.activation.kind === 'reboot';
  const ending = await carryOut(context, before, proposal, [], {
    statusAfter: () => (waits ? ExitStatus.pending : ExitStatus.ok),
  });
  if (ending.change) await withdrawChecks(context, before);
  return ending;
}

function propose({ options, host }: Context, { facts, findings, changes = [] }: Survey): Plan {
  const plan = makeRemoval(facts, findings, options, host.clock.now());
  const kept = changes.filter(({ state }) => state === 'kept');
  const stays = [
    ...(kept.some(({ record }) => record.daemon.action === 'start')
      ? ['auditd, which we started, goes on running']
      : []),
    ...kept.flatMap(({ record }) => record.announced.map((step) => `${step}: that stays`)),
  ];
  return isEmpty(plan) ? plan : { ...plan, notes: [...plan.notes, ...stays] };
}

function reportOf({ run, benchmark }: Context, before: Survey, plan: Plan): Report {
  return { run, benchmark, ...before, plan, exitCode: statusOf(plan) };
}

function statusOf(plan: Plan): number {
  if (plan.blockers.length > 0) return ExitStatus.failed;
  return isEmpty(plan) ? ExitStatus.ok : ExitStatus.findings;
}
