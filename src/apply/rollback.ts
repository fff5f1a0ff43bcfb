/** The same road backwards: by itself after a broken promise, or because a person asks for it. */

import { parseListing } from '../audit/listing.ts';
import { argumentsOf, asHeld, deleteArgumentsOf } from '../audit/print.ts';
import type { KernelStatus } from '../audit/status.ts';
import { RollbackFailure } from '../errors.ts';
import type { Programs } from '../discover/facts.ts';
import type { Argv, Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { hashAt, ABSENT, restore } from './backup.ts';
import { undoCommands } from './by-hand.ts';
import type { ChangeRecord, Progress } from './change.ts';
import { appendEntry } from './journal.ts';
import { relabel } from './label.ts';
import { execute, readKernelNow, settled } from './kernel.ts';
import { stepper, type Step } from './steps.ts';
import { directoryOf, type Store } from './store.ts';

export interface Way {
  readonly host: Host;
  readonly store: Store;
  readonly record: ChangeRecord;
  /** None where no kernel is asked. */
  readonly programs: Pick<Programs, 'auditctl' | 'restorecon'>;
  readonly progress: Progress;
  /** For the journal. */
  readonly why: string;
  /** The table to reach, if it is not the one before the change. */
  readonly goal?: readonly string[];
}

const SETTLE_MS = 20_000;

/** Brings files and kernel back, proves it, and says so in the journal. @throws RollbackFailure */
export async function goBack(way: Way): Promise<void> {
  const { host, store, record, progress, why } = way;
  const step = stepper(host.clock, progress);
  const stuck: unknown[] = [];
  // What will not go back is no reason to leave the rest.
  const anyway: Step = (title, task) => step(title, task).catch((cause) => void stuck.push(cause));
  try {
    await anyway('restore the files', () => restoreFiles(way));
    const { auditctl } = way.programs;
    if (record.kernel && auditctl) await restoreKernel(way, auditctl, anyway);
    await anyway('compare', () => compareFiles(way));
    for (const cause of stuck) throw cause;
    await appendEntry(store, record.id, { state: 'rolledBack', note: why });
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    // The journal may be what fails: the person is told in any case.
    await appendEntry(store, record.id, { state: 'needsPerson', note: what }).catch(
      () => undefined,
    );
    throw new RollbackFailure(
      `change ${record.id} could not be undone: ${what}`,
      record.id,
      undoCommands(record, directoryOf(store, record.id)),
      cause,
    );
  }
}

async function restoreFiles({ host, store, record, programs }: Way): Promise<string> {
  const stuck: unknown[] = [];
  for (const image of record.files)
    await restore(host, store, record.id, image)
      .then((wasWritten) =>
        wasWritten ? relabel(host, programs.restorecon, image.path) : undefined,
      )
      .catch((cause) => void stuck.push(cause));
  for (const cause of stuck) throw cause;
  return `${record.files.length} as they were`;
}

async function restoreKernel(way: Way, auditctl: AbsolutePath, step: Step): Promise<void> {
  const { host, record } = way;
  const now = await readKernelNow(host, auditctl);
  if (now.status.enabled === 2) return;
  const sameBoot = way.goal === undefined;
  if (sameBoot && record.daemon.action !== 'leave')
    await step('auditd as it was', async () => {
      try {
        return await restoreDaemon(way, auditctl, now.pid);
      } finally {
        // Starting the daemon runs the loader, which writes the generated file again.
        await restoreFiles(way);
      }
    });
  await step('restore the kernel', async () => {
    const goal = way.goal ?? record.kernel?.listing ?? [];
    await restoreTable(way, auditctl, goal);
    if (sameBoot && record.kernel) await restoreStatus(host, auditctl, record.kernel.status);
    return `${goal.length} rules`;
  });
}

async function restoreDaemon(way: Way, auditctl: AbsolutePath, pid: number): Promise<string> {
  const { host, record } = way;
  const ran = (record.kernel?.daemonPid ?? 0) > 0;
  if (ran === pid > 0) return ran ? 'it runs' : 'it is stopped';
  for (const argv of ran ? record.daemon.start : record.daemon.stop) await execute(host, argv);
  const trouble = await settled(
    host,
    async () => {
      const now = await readKernelNow(host, auditctl);
      return now.pid > 0 === ran ? undefined : `auditd is ${ran ? 'not running' : 'still running'}`;
    },
    SETTLE_MS,
  );
  if (trouble !== undefined) throw new Error(trouble);
  return ran ? 'started again' : 'stopped again';
}

/** First without touching others' rules; only a table that was half loaded is built anew. */
async function restoreTable(
  way: Way,
  auditctl: AbsolutePath,
  goal: readonly string[],
): Promise<void> {
  const { host, record } = way;
  const reached = async (): Promise<boolean> =>
    sameLines((await readKernelNow(host, auditctl)).lines, goal);
  if (await reached()) return;
  for (const rule of record.added.toReversed())
    await attempt(host, [auditctl, ...deleteArgumentsOf(rule)]);
  if (await reached()) return;
  const loaded = record.files.find(({ path, before }) => before && path.endsWith('/audit.rules'));
  await execute(host, [auditctl, '-D']);
  if (loaded && goal.length > 0) await attempt(host, [auditctl, '-R', loaded.path]);
  if (await reached()) return;
  await execute(host, [auditctl, '-D']);
  const listing = parseListing(goal.length > 0 ? `${goal.join('\n')}\n` : 'No rules\n');
  for (const statement of listing.kind === 'known' ? listing.statements : [])
    if (statement.kind === 'rule')
      await execute(host, [auditctl, ...argumentsOf(asHeld(statement.rule))]);
  if (!(await reached())) throw new Error("the kernel's table is not the one before the change");
}

/** A deletion of what is not there is no failure here: the table is read afterwards. */
async function attempt(host: Host, argv: Argv): Promise<void> {
  await host.run({ kind: 'command', argv, timeoutMs: 60_000 });
}

const OPTIONS: readonly (readonly [keyof KernelStatus, string])[] = [
  ['backlogLimit', '-b'],
  ['rateLimit', '-r'],
  ['failure', '-f'],
  ['backlogWaitTime', '--backlog_wait_time'],
  ['enabled', '-e'],
];

async function restoreStatus(
  host: Host,
  auditctl: AbsolutePath,
  before: KernelStatus,
): Promise<void> {
  const { status } = await readKernelNow(host, auditctl);
  for (const [key, option] of OPTIONS)
    if (status[key] !== before[key]) await execute(host, [auditctl, option, String(before[key])]);
}

async function compareFiles({ host, record }: Way): Promise<string> {
  for (const { path, before } of record.files)
    if ((await hashAt(host, path)) !== (before?.sha256 ?? ABSENT))
      throw new Error(`${path} is not as it was`);
  return 'files and kernel are as before';
}

function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
