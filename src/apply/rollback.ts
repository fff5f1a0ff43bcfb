/** The same road backwards: by itself after a broken promise, or because a person asks for it. */

import { RollbackFailure } from '../errors.ts';
import type { AbsolutePath } from '../paths.ts';
import { shellLine } from '../shell.ts';
import { counted, printable } from '../text.ts';
import { unregister } from './after-boot.ts';
import { undoCommands } from './by-hand.ts';
import type { ChangeState, Foreign } from './change.ts';
import { restoreDaemon, waitForUnits } from './daemon.ts';
import type { Progress } from './event.ts';
import { foreignOf } from './foreign.ts';
import { appendEntry } from './journal.ts';
import { sayUndone } from './last-word.ts';
import { readKernelNow } from './kernel.ts';
import { knownOf, sameLines, type Known, type Seen } from './known.ts';
import { mayLoad, type TableWay } from './reach.ts';
import { requireRestored, restoreFiles, type FilesWay } from './restore.ts';
import { restoreStatus } from './status.ts';
import { stepper, type Step } from './steps.ts';
import { directoryOf } from './store.ts';
import { guestsOf, restoreTable } from './table.ts';

/** No programs are known where no kernel is asked. */
export interface Way extends FilesWay {
  /** As the host was looked at last: tells whose a listed rule is. */
  readonly seen: Seen;
  readonly progress: Progress;
  /** For the journal. */
  readonly why: string;
  /** The table to reach, if it is not the one before the change. */
  readonly goal?: readonly string[];
  /** Whether auditd is brought back, too, where the table to reach is another one. */
  readonly tendsDaemon?: boolean;
  /** Where the journal then stands: a change that was cut off may go forward from here. */
  readonly leavesAs?: ChangeState;
}

export interface Undone {
  /** Whether the kernel is immutable and keeps our rules until the next boot. */
  readonly isLocked: boolean;
  readonly foreign?: Foreign;
  /** Why the journal does not say so, if it could not be told. */
  readonly untold?: string;
}

/**
 * Brings files and kernel back, proves it, and says so in the journal.
 * @throws RollbackFailure
 */
export async function goBack(way: Way): Promise<Undone> {
  const { host, store, record, progress, why, leavesAs = 'rolledBack' } = way;
  const step = stepper(host.clock, progress);
  const stuck: unknown[] = [];
  // What will not go back is no reason to leave the rest.
  const anyway: Step = (title, task) => step(title, task).catch((cause) => void stuck.push(cause));
  try {
    const known = await knownOf(host, record, way.seen);
    const { afterBoot } = record;
    if (afterBoot)
      await anyway('take away the check after the boot', () => unregister(host, afterBoot));
    await anyway('restore the files', () => restoreFiles(way));
    const { auditctl } = way.programs;
    const isLocked = auditctl !== undefined && (await isLockedUp(way, auditctl));
    if (record.kernel && auditctl && !isLocked) await restoreKernel(way, auditctl, known, anyway);
    await anyway('compare', () => compareFiles(way, isLocked));
    for (const cause of stuck) throw cause;
    const foreign = isLocked ? {} : await foreignLeft(way);
    const untold = await sayUndone(store, record, { state: leavesAs, note: why, ...foreign });
    return { isLocked, ...foreign, ...(untold === undefined ? {} : { untold }) };
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    // The journal may be what fails: the person is told in any case.
    await appendEntry(store, record.id, { state: 'needsPerson', note: what }).catch(
      () => undefined,
    );
    const lost = await lostRules(way).catch(() => []);
    const started = (record.kernel?.daemonPid ?? 0) > 0 ? record.daemon.start.map(shellLine) : [];
    throw new RollbackFailure(
      `change ${record.id} could not be undone: ${what} (it is undone because: ${why})`,
      record.id,
      [...undoCommands(record, directoryOf(store, record.id)), ...lost, ...started],
      cause,
    );
  }
}

async function foreignLeft({ host, record, goal, programs }: Way): Promise<{
  readonly foreign?: Foreign;
}> {
  if (!record.kernel || !programs.auditctl) return {};
  const before = goal ?? record.kernel.listing;
  const { lines } = await readKernelNow(host, programs.auditctl, before);
  return { foreign: foreignOf(before, lines) };
}

/** Commands for the rules that are wanting, as the listing had them: a person knows what they meant. */
async function lostRules({ host, record, programs, goal }: Way): Promise<readonly string[]> {
  if (!programs.auditctl || !record.kernel) return [];
  const { lines } = await readKernelNow(host, programs.auditctl);
  const wanted = goal ?? record.kernel.listing;
  return wanted
    .filter((line) => !lines.includes(line))
    .map((line) => `auditctl ${printable(line)}`);
}

async function restoreKernel(
  way: Way,
  auditctl: AbsolutePath,
  known: Known,
  step: Step,
): Promise<void> {
  const { host, record, goal } = way;
  const table: TableWay = { host, auditctl, record, goal, known };
  const exact = goal === undefined;
  let guests: readonly string[] = [];
  if ((exact || way.tendsDaemon === true) && record.daemon.action !== 'leave')
    await step('auditd as it was', async () => {
      await waitForUnits(host, way.programs);
      const { pid } = await readKernelNow(host, auditctl, record.kernel?.listing);
      // Starting the daemon runs the loader: it drops what no file holds, and writes its own file.
      if (pid === 0) guests = await guestsOf(table);
      try {
        return await restoreDaemon(host, way.programs, record, pid);
      } finally {
        await restoreFiles(way);
      }
    });
  await step('restore the kernel', async () => {
    const stay = await restoreTable(table, guests);
    // Where nothing was loaded, settings that moved are somebody else's.
    if (exact && record.kernel && mayLoad(record))
      await restoreStatus(host, auditctl, record.kernel.status);
    const count = (goal ?? record.kernel?.listing ?? []).length;
    return [
      `the rules of before: ${count} in all`,
      ...(stay.length > 0 ? [`${counted(stay.length, 'rule')} that others added meanwhile`] : []),
    ].join(', and ');
  });
}

/** Whether the kernel holds another table than the one to reach, and lets nobody change it. */
async function isLockedUp({ host, record, goal }: Way, auditctl: AbsolutePath): Promise<boolean> {
  if (!record.kernel) return false;
  const { status, lines } = await readKernelNow(host, auditctl);
  return status.enabled === 2 && !sameLines(lines, goal ?? record.kernel.listing);
}

async function compareFiles(way: Way, isLocked: boolean): Promise<string> {
  await requireRestored(way);
  if (way.merged !== undefined && way.merged.size > 0)
    return "ours are gone, others' edits are as they were";
  if (isLocked) return 'the files are as before; the kernel is immutable until the next boot';
  const isProven = way.record.kernel !== null && way.programs.auditctl !== undefined;
  return isProven ? 'files and kernel are as before' : 'the files are as before';
}
