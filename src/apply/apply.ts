/** The transaction: undo before do, keep only what the judge finds kept. docs/safety.md tells the road. */

import { ChangeFailure, Failure, HostFailure, Interrupted } from '../errors.ts';
import type { AbsolutePath } from '../paths.ts';
import type { TableStage } from '../plan/plan.ts';
import { counted, printable } from '../text.ts';
import { hashAt } from './backup.ts';
import { callGood } from './call-good.ts';
import type { Change, ChangeRecord, Foreign, Left } from './change.ts';
import { bringDaemon } from './daemon.ts';
import { foreignBefore, foreignOf, without } from './foreign.ts';
import { listedAs } from './goal.ts';
import { appendEntry, newChangeId } from './journal.ts';
import { execute, readKernelNow } from './kernel.ts';
import { relabel } from './label.ts';
import { editedByOthers, requireSameSources, requireSameTable } from './meanwhile.ts';
import { prepare } from './prepare.ts';
import { goBack } from './rollback.ts';
import { stepper, type Step } from './steps.ts';
import { directoryOf } from './store.ts';
import type { Undertaking } from './undertaking.ts';

/**
 * Carries the plan out, and back again if anything is not as promised.
 * @throws ChangeFailure (nothing written, or rolled back), RollbackFailure, Interrupted
 */
export async function apply(undertaking: Undertaking): Promise<Change> {
  const { host, store, facts, plan, signal, progress } = undertaking;
  const id = newChangeId(host.clock.now());
  const step = stepper(host.clock, progress, signal);
  const record = await prepare(undertaking, id, step);
  try {
    await writeEdits(undertaking, id, step);
    await activate(undertaking, id, step);
    await tendDaemon(undertaking, step);
    await addLiveOnly(undertaking, id, step);
    await step('judge the host again', async () => {
      await requireSameSources(undertaking);
      const broken = await undertaking.judge.whole();
      if (broken !== undefined) throw brokenPromise(broken);
      return 'every promise is kept';
    });
    const left = await leave(undertaking, record);
    const outcome = { left, ...foreignLeft(undertaking, record, left) };
    const good = await callGood(undertaking, id, outcome, step);
    return { record, backup: directoryOf(store, id), ...outcome, ...good };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    // Whatever keeps us from looking keeps the undo from it, too, which then says so.
    const edited = await editedByOthers(host, plan.edits).catch(() => []);
    const { programs } = facts;
    const { foreign } = await goBack({
      host,
      store,
      record,
      programs,
      seen: facts,
      progress,
      why,
      leave: edited,
    });
    const gone = asBefore(record, edited, foreign);
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
  { host, store, plan, facts }: Undertaking,
  id: string,
  step: Step,
): Promise<void> {
  for (const edit of plan.edits)
    await step(`${edit.after ? 'write' : 'remove'} ${edit.path}`, async () => {
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

async function activate(undertaking: Undertaking, id: string, step: Step): Promise<void> {
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
  await appendEntry(store, id, { state: 'activated' });
}

/** Last: a load and a restart of auditd would drop them. */
async function addLiveOnly(undertaking: Undertaking, id: string, step: Step): Promise<void> {
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

async function readBack(undertaking: Undertaking, stage: TableStage, step: Step): Promise<void> {
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

async function tendDaemon({ host, plan, facts, judge }: Undertaking, step: Step): Promise<void> {
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

async function leave(
  { host, plan, facts, judge }: Undertaking,
  record: ChangeRecord,
): Promise<Left> {
  const files = await Promise.all(
    record.files.map(async ({ path }) => [path, await hashAt(host, path)] as const),
  );
  const { auditctl } = facts.programs;
  const listing = record.kernel && auditctl ? (await readKernelNow(host, auditctl)).lines : null;
  const isOpen = listing !== null && plan.activation.kind !== 'reboot';
  const broken = isOpen ? judge.table(listing, 'whole') : undefined;
  if (broken !== undefined) throw brokenPromise(broken);
  const restarted = plan.daemon.kind !== 'leave';
  return { files: Object.fromEntries(files), listing, restarted };
}

function foreignLeft(
  { plan, facts }: Undertaking,
  { kernel, added }: ChangeRecord,
  { listing }: Left,
): { readonly foreign?: Foreign } {
  if (!kernel || !listing) return {};
  const ours = added.map((rule) => listedAs(rule, facts.world));
  return { foreign: foreignOf(foreignBefore(kernel.listing, plan), without(listing, ours)) };
}

function asBefore(
  { kernel }: ChangeRecord,
  edited: readonly AbsolutePath[],
  foreign: Foreign | undefined,
): string {
  const hash = foreign
    ? ` (${counted(foreign.count, 'rule')} of others: sha256 ${foreign.sha256After})`
    : '';
  const whole = kernel ? `files and kernel are as before${hash}` : 'the files are as before';
  if (edited.length === 0) return whole;
  const names = edited.map((path) => `'${printable(path)}'`).join(', ');
  return `${whole}, but ${names}: somebody edited it meanwhile, so it is left as it is, our lines in it`;
}

function brokenPromise(what: string): Failure {
  return new HostFailure(what, "'dockaudit plan' shows what was promised", 'EPROMISE');
}
