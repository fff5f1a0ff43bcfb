/** What runs that are gone left behind: files not yet in place, and changes that ended before their journal. */

import { HostFailure } from '../errors.ts';
import type { Host, HostReader } from '../host/host.ts';
import { absolutePath, join, parentOf, type AbsolutePath } from '../paths.ts';
import type { ChangeRecord } from './change.ts';
import { JOURNAL } from './journal.ts';
import { changesOf, type Store } from './store.ts';

/** Source: writeTemporary of host/changes.ts. */
const TEMPORARY = /^\.dockaudit-(\d{1,10})-\d+-\d+\.tmp$/;
/** Before- and after-images, those that an undo merges, and what it makes of them. */
const IMAGE = /^(?:after-|edited-|merged-)?\d+-[\w.-]+$/;
const ID = /^\d{8}T\d{6}Z-[\da-f]{4}$/;

/** Clears the store and the directories of `records`. What cannot be removed stays: it does no harm. */
export async function sweep(
  host: Host,
  store: Store,
  records: readonly ChangeRecord[],
): Promise<void> {
  const beside = records.flatMap(({ files }) => files.map(({ path }) => parentOf(path)));
  for (const directory of new Set(beside))
    await quietly(() => sweepTemporaries(host, directory, store.host));
  await quietly(() => sweepTemporaries(store.host, store.directory, store.host));
  const changes = changesOf(store);
  await quietly(async () => {
    for (const name of (await store.host.list(changes)) ?? [])
      if (ID.test(name)) await quietly(() => sweepChange(store.host, join(changes, name)));
  });
}

async function sweepChange(host: Host, directory: AbsolutePath): Promise<void> {
  if ((await host.look(directory))?.kind !== 'directory') return;
  const left = await sweepTemporaries(host, directory, host);
  if (left.includes(JOURNAL) || !left.every((name) => IMAGE.test(name))) return;
  // Images without a journal: the change ended before its first line, and nothing was written.
  for (const name of left) await removeFile(host, join(directory, name));
  await host.removeDirectory(directory);
}

/** @param machine where the processes are. @returns the names that are left */
async function sweepTemporaries(
  host: Host,
  directory: AbsolutePath,
  machine: HostReader,
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const name of (await host.list(directory)) ?? []) {
    const [, pid] = TEMPORARY.exec(name) ?? [];
    if (pid === undefined || (await isAtWork(machine, pid))) left.push(name);
    else await removeFile(host, join(directory, name));
  }
  return left;
}

/** Our own number is one that was given anew: what this run writes is in place before it goes on. */
async function isAtWork(machine: HostReader, pid: string): Promise<boolean> {
  const process = absolutePath(`/proc/${pid}`);
  if ((await machine.look(process)) === undefined) return false;
  return (await machine.resolve(absolutePath('/proc/self'))) !== process;
}

async function removeFile(host: Host, path: AbsolutePath): Promise<void> {
  if ((await host.look(path))?.kind === 'file') await host.remove(path);
}

async function quietly(task: () => Promise<unknown>): Promise<void> {
  try {
    await task();
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
  }
}
