/** The kernel's table and status, back to what they were, without touching what others hold there. */

import { argumentsOf, asHeld, deleteArgumentsOf } from '../audit/print.ts';
import type { KernelStatus } from '../audit/status.ts';
import type { Argv, Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { execute, readKernelNow } from './kernel.ts';
import type { Way } from './rollback.ts';

/**
 * First without touching others' rules. Only a table that was half loaded is built anew, rule by
 * rule: a file would bring its directives too, and a listing does not tell `never` from `always`.
 * @returns what to add to "the rules of before"
 * @throws HostFailure, Error
 */
export async function restoreTable(
  { host, record, goal: given }: Pick<Way, 'host' | 'record' | 'goal'>,
  auditctl: AbsolutePath,
  goal: readonly string[],
): Promise<string> {
  const reached = async (): Promise<boolean> =>
    sameLines((await readKernelNow(host, auditctl)).lines, goal);
  if (await reached()) return '';
  for (const rule of record.added.toReversed())
    await attempt(host, [auditctl, ...deleteArgumentsOf(rule)]);
  if (await reached()) return '';
  // What silenced comes back, unless others have loaded rules since: then the files decide.
  for (const rule of [...(given === undefined ? record.removed : []), ...record.withdrawn])
    await attempt(host, [auditctl, ...argumentsOf(asHeld(rule))]);
  if (await reached()) return '';
  // Some that go stood before others of ours: those are known, and may be taken out for the order.
  for (const rule of record.withdrawn)
    await attempt(host, [auditctl, ...deleteArgumentsOf(asHeld(rule))]);
  const { lines: without } = await readKernelNow(host, auditctl);
  for (const rule of record.withdrawn)
    await attempt(host, [auditctl, ...argumentsOf(asHeld(rule))]);
  if (await reached()) return '';
  const rules = given === undefined ? record.kernel?.rules : undefined;
  // Of rules that only a listing tells none may be taken out and added again.
  if (!rules && record.withdrawn.length > 0 && (await isBehind(host, auditctl, without, goal)))
    return ', ours behind those of others';
  if (!rules) throw new Error("the kernel's table cannot be made what it was without a guess");
  await execute(host, [auditctl, '-D']);
  for (const rule of rules) await execute(host, [auditctl, ...argumentsOf(asHeld(rule))]);
  if (!(await reached())) throw new Error("the kernel's table is not the one before the change");
  return '';
}

/** Whether all that was there is there in its order, and what came back stands somewhere. */
async function isBehind(
  host: Host,
  auditctl: AbsolutePath,
  without: readonly string[],
  goal: readonly string[],
): Promise<boolean> {
  const { lines } = await readKernelNow(host, auditctl);
  const others = new Set(without);
  const ofOthers = (all: readonly string[]): readonly string[] =>
    all.filter((line) => others.has(line));
  return sameLines(lines.toSorted(), goal.toSorted()) && sameLines(ofOthers(lines), ofOthers(goal));
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

/** Directives that the load of the change brought. @throws HostFailure */
export async function restoreStatus(
  host: Host,
  auditctl: AbsolutePath,
  before: KernelStatus,
): Promise<void> {
  const { status } = await readKernelNow(host, auditctl);
  for (const [key, option] of OPTIONS)
    if (status[key] !== before[key]) await execute(host, [auditctl, option, String(before[key])]);
}

/** Whether two listings say the same in the same order. */
export function sameLines(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
