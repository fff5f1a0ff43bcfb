/** The transaction: undo before do, keep only what the judge finds kept. docs/safety.md tells the road. */

import { ChangeFailure, Failure, Interrupted } from '../errors.ts';
import type { TableStage } from '../plan/plan.ts';
import { register } from './after-boot.ts';
import { callGood } from './call-good.ts';
import type { Change, ChangeRecord, Undo } from './change.ts';
import { bringDaemon } from './daemon.ts';
import { appendEntry, newChangeId } from './journal.ts';
import { execute, readKernelNow } from './kernel.ts';
import { relabel } from './label.ts';
import {
  editedByOthers,
  requireGenerated,
  requireSameSources,
  requireSameTable,
  requireUnsaved,
} from './meanwhile.ts';
import { asBefore, brokenPromise, foreignLeft, leave, leftByUs } from './outcome.ts';
import { prepare } from './prepare.ts';
import { yielding } from './reserve.ts';
import { goBack } from './rollback.ts';
import { stepper, type Step } from './steps.ts';
import { directoryOf } from './store.ts';
import type { Journey, Undertaking } from './undertaking.ts';

/**
 * Carries the plan out, and back again if anything is not as promised.
 * @throws ChangeFailure (nothing written, or rolled back), RollbackFailure, Interrupted
 */
export async function apply(undertaking: Undertaking): Promise<Change> {
  const { host, store, signal, progress } = undertaking;
  const step = stepper(host.clock, progress, signal);
  const id = await newChangeId(store);
  return carryThrough(undertaking, await prepare(undertaking, id, step), step);
}

/**
 * The road from the first write on, or back.
 * @throws ChangeFailure (rolled back), RollbackFailure, Interrupted
 */
export async function carryThrough(
  undertaking: Journey,
  record: ChangeRecord,
  step: Step,
): Promise<Change> {
  const { host, store, facts, progress, goal, leave: untouched, merging } = undertaking;
  const { id } = record;
  try {
    await writeEdits(undertaking, id, step);
    await activate(undertaking, record, step);
    await tendDaemon(undertaking, step);
    await addLiveOnly(undertaking, id, step);
    await registerCheck(undertaking, record, step);
    await step('judge the host again', async () => {
      await requireSameSources(undertaking);
      const broken = await undertaking.judge.whole();
      if (broken !== undefined) throw brokenPromise(broken);
      return 'every promise is kept';
    });
    const left = await leave(undertaking, record);
    const outcome = {
      left: leftByUs(undertaking, record, left),
      ...foreignLeft(undertaking, record, left),
    };
    const good = await callGood(undertaking, id, outcome, step);
    return { record, backup: directoryOf(store, id), ...outcome, ...good };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    // Whatever keeps us from looking keeps the undo from it, too, which then says so.
    const edited = await editedByOthers(host, undertaking.plan.edits).catch(() => []);
    const away = [...edited, ...(untouched ?? [])];
    // The journal may be what fails, and the change is known to be unfinished anyway.
    const undo: Undo = {
      bootId: facts.machine.bootId,
      goal: goal ?? null,
      leave: away,
      ...(merging && { merged: merging.kept }),
    };
    const roomy = yielding(store, id);
    await appendEntry(roomy, id, { state: 'undoing', undo }).catch(() => undefined);
    const { foreign, untold } = await goBack({
      host,
      store: roomy,
      record,
      programs: facts.programs,
      seen: facts,
      progress,
      why,
      ...(goal === undefined ? {} : { goal }),
      leave: away,
      ...(merging && { merged: merging.images }),
    });
    const gone = [asBefore(record, edited, foreign), ...(untold ? [untold] : [])].join('; ');
    if (cause instanceof Interrupted) throw cause.after('the change was rolled back', gone);
    throw new ChangeFailure(
      `the change was rolled back: ${why}`,
      cause instanceof Failure ? `${gone}; ${cause.advice}` : gone,
      { changeId: id, rolledBack: true },
      cause,
    );
  }
}

async function writeEdits(
  { host, store, plan, facts }: Journey,
  id: string,
  step: Step,
): Promise<void> {
  for (const edit of plan.edits)
    await step(`${edit.after ? 'write' : 'remove'} ${edit.path}`, async () => {
      await requireUnsaved(host, edit);
      if (!edit.after) {
        await host.remove(edit.path);
        return 'removed';
      }
      await host.replace(edit.path, { ...edit.after, inherits: true });
      await relabel(host, facts.programs.restorecon, edit.path);
      return edit.before ? 'changed' : 'new file';
    });
  await appendEntry(store, id, { state: 'written' });
}

async function activate(undertaking: Journey, record: ChangeRecord, step: Step): Promise<void> {
  const { host, store, plan } = undertaking;
  const { activation } = plan;
  if (activation.kind !== 'load' && activation.kind !== 'add') return;
  for (const argv of activation.commands)
    await step(argv.join(' '), async () => {
      if (activation.kind === 'load') await requireSameTable(undertaking);
      await execute(host, argv);
      return activation.kind === 'load' ? 'loaded' : 'added';
    });
  await readBack(undertaking, 'loaded', step);
  if (activation.kind === 'load') await requireGenerated(undertaking, record);
  await appendEntry(store, record.id, { state: 'activated' });
}

/** Last: a load and a restart of auditd would drop them. */
async function addLiveOnly(undertaking: Journey, id: string, step: Step): Promise<void> {
  const { host, store, plan } = undertaking;
  if (!plan.liveOnly) return;
  for (const argv of plan.liveOnly.commands)
    await step(argv.join(' '), async () => {
      await execute(host, argv);
      return 'added to the kernel alone';
    });
  await readBack(undertaking, 'whole', step);
  await appendEntry(store, id, { state: 'activated' });
}

async function registerCheck(
  { host, facts }: Journey,
  { id, afterBoot }: ChangeRecord,
  step: Step,
): Promise<void> {
  if (!afterBoot) return;
  await step(`register a check after the boot in ${afterBoot.unit}`, async () => {
    await register(host, facts.programs, id, afterBoot);
    return 'it looks once, and removes itself';
  });
}

async function readBack(undertaking: Journey, stage: TableStage, step: Step): Promise<void> {
  const { host, facts, judge } = undertaking;
  const { auditctl } = facts.programs;
  if (!auditctl) return;
  await step('read the table back', async () => {
    await requireSameSources(undertaking);
    const { lines } = await readKernelNow(host, auditctl);
    const broken = judge.table(lines, stage);
    if (broken !== undefined) throw brokenPromise(broken);
    return `those that were there, in their order, and ours: ${lines.length} in all`;
  });
}

async function tendDaemon({ host, plan, facts, judge }: Journey, step: Step): Promise<void> {
  const { daemon } = plan;
  if (daemon.kind === 'leave') return;
  const before = facts.kernel.kind === 'reachable' ? facts.kernel.pid : 0;
  await step(daemon.commands.map((argv) => argv.join(' ')).join(' && '), async () => {
    await bringDaemon(host, facts.programs, daemon.commands, ({ pid, lines }) => {
      if (pid === 0) return 'auditd does not take the events';
      return pid === before ? 'auditd was not restarted' : judge.table(lines, 'loaded');
    });
    return daemon.kind === 'start' ? 'auditd runs' : 'auditd runs again, with the same rules';
  });
}
