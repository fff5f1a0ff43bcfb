/** The same road backwards: by itself after a broken promise, or because a person asks for it. */

import { argumentsOf, asHeld, deleteArgumentsOf } from '../audit/print.ts';
import { RollbackFailure } from '../errors.ts';
import type { Programs } from '../discover/facts.ts';
import type { Argv, Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { shellLine } from '../shell.ts';
import { printable } from '../text.ts';
import { hashAt, ABSENT, restore } from './backup.ts';
import { undoCommands } from './by-hand.ts';
import type { BeforeImage, ChangeRecord, ChangeState, Progress } from './change.ts';
import { bringDaemon } from './daemon.ts';
import { appendEntry } from './journal.ts';
import { relabel } from './label.ts';
import { execute, readKernelNow, restoreStatus } from './kernel.ts';
import { stepper, type Step } from './steps.ts';
import { directoryOf, type Store } from './store.ts';

export interface Way {
  readonly host: Host;
  readonly store: Store;
  readonly record: ChangeRecord;
  /** None where no kernel is asked. */
  readonly programs: Programs;
  readonly progress: Progress;
  /** For the journal. */
  readonly why: string;
  /** The table to reach, if it is not the one before the change. */
  readonly goal?: readonly string[];
  /** Files that the loader has written for others since: they stay as they are. */
  readonly leave?: readonly AbsolutePath[];
  /** Whether auditd is brought back, too, where the table to reach is another one. */
  readonly tendsDaemon?: boolean;
  /** Where the journal then stands: a change that was cut off may go forward from here. */
  readonly leavesAs?: ChangeState;
}

/**
 * Brings files and kernel back, proves it, and says so in the journal.
 * @returns whether the kernel is immutable and keeps our rules until the next boot
 * @throws RollbackFailure
 */
export async function goBack(way: Way): Promise<{ readonly isLocked: boolean }> {
  const { host, store, record, progress, why, leavesAs = 'rolledBack' } = way;
  const step = stepper(host.clock, progress);
  const stuck: unknown[] = [];
  // What will not go back is no reason to leave the rest.
  const anyway: Step = (title, task) => step(title, task).catch((cause) => void stuck.push(cause));
  try {
    await anyway('restore the files', () => restoreFiles(way));
    const { auditctl } = way.programs;
    const isLocked = auditctl !== undefined && (await isLockedUp(way, auditctl));
    if (record.kernel && auditctl && !isLocked) await restoreKernel(way, auditctl, anyway);
    await anyway('compare', () => compareFiles(way, isLocked));
    for (const cause of stuck) throw cause;
    await appendEntry(store, record.id, { state: leavesAs, note: why });
    return { isLocked };
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

/** Commands for the rules that are wanting, as the listing had them: a person knows what they meant. */
async function lostRules({ host, record, programs, goal }: Way): Promise<readonly string[]> {
  if (!programs.auditctl || !record.kernel) return [];
  const { lines } = await readKernelNow(host, programs.auditctl);
  const wanted = goal ?? record.kernel.listing;
  return wanted
    .filter((line) => !lines.includes(line))
    .map((line) => `auditctl ${printable(line)}`);
}

/** Those that nobody else has written since. */
function filesOf({ record, leave = [] }: Way): readonly BeforeImage[] {
  return record.files.filter(({ path }) => !leave.includes(path));
}

async function restoreFiles(way: Way): Promise<string> {
  const { host, store, record, programs } = way;
  const stuck: unknown[] = [];
  for (const image of filesOf(way))
    await restore(host, store, record.id, image)
      .then((wasWritten) =>
        wasWritten ? relabel(host, programs.restorecon, image.path) : undefined,
      )
      .catch((cause) => void stuck.push(cause));
  for (const cause of stuck) throw cause;
  return `${filesOf(way).length} as they were`;
}

async function restoreKernel(way: Way, auditctl: AbsolutePath, step: Step): Promise<void> {
  const { record } = way;
  const now = await readKernelNow(way.host, auditctl);
  const exact = way.goal === undefined;
  if ((exact || way.tendsDaemon === true) && record.daemon.action !== 'leave')
    await step('auditd as it was', async () => {
      try {
        return await restoreDaemon(way, now.pid);
      } finally {
        // Starting the daemon runs the loader, which writes the generated file again.
        await restoreFiles(way);
      }
    });
  await step('restore the kernel', async () => {
    const goal = way.goal ?? record.kernel?.listing ?? [];
    await restoreTable(way, auditctl, goal);
    if (exact && record.kernel) await restoreStatus(way.host, auditctl, record.kernel.status);
    return `the rules of before: ${goal.length} in all`;
  });
}

async function restoreDaemon({ host, record, programs }: Way, pid: number): Promise<string> {
  const ran = (record.kernel?.daemonPid ?? 0) > 0;
  if (ran === pid > 0) return ran ? 'it runs' : 'it is stopped';
  const commands = ran ? record.daemon.start : record.daemon.stop;
  await bringDaemon(host, programs, commands, (now) =>
    now.pid > 0 === ran ? undefined : `auditd is ${ran ? 'not running' : 'still running'}`,
  );
  return ran ? 'started again' : 'stopped again';
}

/**
 * First without touching others' rules. Only a table that was half loaded is built anew, rule by
 * rule: a file would bring its directives too, and a listing does not tell `never` from `always`.
 */
async function restoreTable(
  { host, record, goal: given }: Way,
  auditctl: AbsolutePath,
  goal: readonly string[],
): Promise<void> {
  const reached = async (): Promise<boolean> =>
    sameLines((await readKernelNow(host, auditctl)).lines, goal);
  if (await reached()) return;
  for (const rule of record.added.toReversed())
    await attempt(host, [auditctl, ...deleteArgumentsOf(rule)]);
  if (await reached()) return;
  // What silenced comes back, unless others have loaded rules since: then the files decide.
  for (const rule of given === undefined ? record.removed : [])
    await attempt(host, [auditctl, ...argumentsOf(asHeld(rule))]);
  if (await reached()) return;
  const rules = given === undefined ? record.kernel?.rules : undefined;
  if (!rules) throw new Error("the kernel's table cannot be made what it was without a guess");
  await execute(host, [auditctl, '-D']);
  for (const rule of rules) await execute(host, [auditctl, ...argumentsOf(asHeld(rule))]);
  if (!(await reached())) throw new Error("the kernel's table is not the one before the change");
}

/** A deletion of what is not there is no failure here: the table is read afterwards. */
async function attempt(host: Host, argv: Argv): Promise<void> {
  await host.run({ kind: 'command', argv, timeoutMs: 60_000 });
}

/** Whether the kernel holds another table than the one to reach, and lets nobody change it. */
async function isLockedUp({ host, record, goal }: Way, auditctl: AbsolutePath): Promise<boolean> {
  if (!record.kernel) return false;
  const { status, lines } = await readKernelNow(host, auditctl);
  return status.enabled === 2 && !sameLines(lines, goal ?? record.kernel.listing);
}

async function compareFiles(way: Way, isLocked: boolean): Promise<string> {
  for (const { path, before } of filesOf(way))
    if ((await hashAt(way.host, path)) !== (before?.sha256 ?? ABSENT))
      throw new Error(`${path} is not as it was`);
  if (isLocked) return 'the files are as before; the kernel is immutable until the next boot';
  const isProven = way.record.kernel !== null && way.programs.auditctl !== undefined;
  return isProven ? 'files and kernel are as before' : 'the files are as before';
}

/** Line by line. */
export function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
