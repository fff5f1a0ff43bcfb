/** A change that was cut off goes forward: the same road once more, to exactly what was promised. */

import { argumentsOf, asHeld, deleteArgumentsOf } from '../audit/print.ts';
import { ChangeFailure } from '../errors.ts';
import type { Facts } from '../discover/facts.ts';
import type { Argv } from '../host/host.ts';
import { gained } from '../plan/forecast.ts';
import { carryThrough } from './apply.ts';
import { keptImage } from './backup.ts';
import type { Change, ChangeRecord, Forward } from './change.ts';
import type { MergedImage } from './kept-image.ts';
import { listedAs } from './goal.ts';
import { appendEntry } from './journal.ts';
import { mergingOf, refuseEdited, startOver, undoOf, type Recovery } from './recover.ts';
import { regenerate } from './regenerate.ts';
import type { Stand } from './stand.ts';
import { stepper } from './steps.ts';
import type { Course, Journey, Judge, Merging } from './undertaking.ts';

const WHY = { reason: 'a change that was cut off goes forward' };

/**
 * @throws ChangeFailure (it cannot, or it was rolled back), RollbackFailure, HostFailure, Interrupted
 */
export async function recoverAfter(
  recovery: Recovery,
  judge: Judge,
  signal: AbortSignal,
): Promise<Change> {
  const { host, store, change, facts, stand, progress } = recovery;
  const { record } = change;
  const { forward } = record;
  if (!forward) throw cannotGoForward(change);
  const merging = await takenBack(recovery);
  refuseEdited(recovery, merging?.images);
  const { goal, leave } = undoOf(recovery);
  const journey = { host, store, facts, progress, signal };
  const step = stepper(host.clock, progress, signal);
  if (goal === null && leave.length === 0 && !merging) {
    if (isAllDone(facts, record, stand))
      return carryThrough({ ...journey, plan: nothingBut(forward), judge }, record, step);
    await startOver(recovery, WHY.reason);
    const again = { ...journey, facts: await recovery.look(), judge };
    return carryThrough({ ...again, plan: await courseOf(recovery, forward) }, record, step);
  }
  const boot = stand.isBooted ? { bootId: facts.machine.bootId } : {};
  const undo = merging && change.undo ? { undo: change.undo } : {};
  await appendEntry(store, record.id, { state: 'prepared', note: WHY.reason, ...boot, ...undo });
  const beside = await besideOthers(recovery, forward, judge, merging?.kept);
  const back = { ...(goal === null ? {} : { goal }), leave, ...(merging && { merging }) };
  const kept = await carryThrough({ ...journey, ...beside, ...back }, record, step);
  const { generated } = facts.persistent;
  if (merging || generated?.present === generated?.next)
    await regenerate(host, await recovery.look());
  return kept;
}

/**
 * The undo that was cut off, if it was merging: its files come back as others had edited them, with our
 * lines. @throws ChangeFailure where the journal does not hold them
 */
async function takenBack(recovery: Recovery): Promise<Merging | undefined> {
  const images = await mergingOf(recovery);
  const kept = recovery.change.undo?.merged?.filter(({ path }) => images.has(path)) ?? [];
  if (kept.some(({ original }) => original === undefined)) throw cannotGoForward(recovery.change);
  return kept.length === 0 ? undefined : { images, kept };
}

const NOTHING: Course = {
  edits: [],
  activation: { kind: 'none', ...WHY },
  daemon: { kind: 'leave', ...WHY },
  liveOnly: undefined,
};

/** The table is read back once more, and the journal says that the kernel holds ours: the judge asks it. */
function nothingBut({ table }: Forward): Course {
  return {
    ...NOTHING,
    ...(table && {
      liveOnly: { commands: [], controls: [], tableBefore: table.loaded, ...WHY },
    }),
  };
}

function cannotGoForward({ record }: Change): ChangeFailure {
  return new ChangeFailure(
    `cannot bring change ${record.id} to its end: its journal does not hold what that takes`,
    'go back instead: dockaudit recover --to before',
    { changeId: record.id, rolledBack: false },
  );
}

/** Only the last word is missing. */
function isAllDone(
  { kernel }: Facts,
  { daemon, kernel: before }: ChangeRecord,
  stand: Stand,
): boolean {
  const pid = kernel.kind === 'reachable' ? kernel.pid : 0;
  const isTended = daemon.action === 'leave' || (pid > 0 && pid !== before?.daemonPid);
  return isThere(stand.files) && isThere(stand.table) && isTended;
}

function isThere(side: Stand['files'] | undefined): boolean {
  return side === undefined || side === 'after' || side === 'both';
}

/** @param taken files that others had edited, and that come back so */
async function editsOf(
  { host, store, change }: Recovery,
  forward: Forward,
  taken: readonly MergedImage[] = [],
): Promise<Course['edits']> {
  return Promise.all(
    forward.files.map(async ({ path, after: written }) => {
      const edited = taken.find((one) => one.path === path)?.original;
      const after = edited ?? written;
      return {
        path,
        before: await host.read(path),
        after: after ? await keptImage(store, change.record.id, path, after) : undefined,
      };
    }),
  );
}

async function courseOf(recovery: Recovery, forward: Forward): Promise<Course> {
  const { activation, daemon } = recovery.change.record;
  const { liveOnly, table } = forward;
  return {
    edits: await editsOf(recovery, forward),
    activation:
      activation === 'load' || activation === 'add'
        ? { kind: activation, commands: forward.activation, ...WHY }
        : { kind: activation, ...WHY },
    daemon:
      daemon.action === 'leave'
        ? { kind: 'leave', ...WHY }
        : { kind: daemon.action, commands: forward.daemon, ...WHY },
    liveOnly:
      liveOnly.length === 0
        ? undefined
        : { commands: liveOnly, controls: [], tableBefore: table?.loaded ?? [], ...WHY },
  };
}

/** After a boot, or beside rules that others brought: ours alone, rule by rule, and nothing is loaded. */
async function besideOthers(
  recovery: Recovery,
  forward: Forward,
  judge: Judge,
  taken: readonly MergedImage[] | undefined,
): Promise<Pick<Journey, 'plan' | 'judge'>> {
  const { facts, change } = recovery;
  const { running, world, kernel, programs } = facts;
  const { added, removed, withdrawn } = change.record;
  const lines = running.kind === 'known' ? running.lines : [];
  const listed = (rule: ChangeRecord['added'][number]): boolean =>
    lines.includes(listedAs(rule, world));
  const gone = [...removed, ...withdrawn].filter(listed);
  const come = added.filter((rule) => !listed(rule));
  const words = [
    ...gone.map((rule) => deleteArgumentsOf(asHeld(rule))),
    ...come.map((rule) => argumentsOf(rule)),
  ];
  const { auditctl } = programs;
  const isOpen = kernel.kind === 'reachable' && kernel.enabled !== 'immutable';
  const commands = auditctl ? words.map((args): Argv => [auditctl, ...args]) : [];
  const kept = lines.filter((line) => !gone.some((rule) => listedAs(rule, world) === line));
  const promised = come.map((rule) => listedAs(rule, world));
  return {
    plan: {
      ...NOTHING,
      edits: await editsOf(recovery, forward, taken),
      ...(isOpen ? { activation: { kind: 'add', commands, ...WHY } } : {}),
    },
    judge: {
      ...judge,
      table: (now) => {
        const came = gained(kept, now)?.toSorted();
        return JSON.stringify(came) === JSON.stringify(promised.toSorted())
          ? undefined
          : 'the table is not what was there and ours';
      },
    },
  };
}
