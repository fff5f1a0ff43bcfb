/** What runs that are gone left behind: files not yet in place, and changes that ended before their journal. */

import { HostFailure } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { join, parentOf, type AbsolutePath } from '../paths.ts';
import type { ChangeRecord } from './change.ts';
import { JOURNAL } from './journal.ts';
import { RESERVE } from './reserve.ts';
import { changesOf, type Store } from './store.ts';

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
  for (const directory of new Set(beside)) await quietly(() => host.sweep(directory));
  await quietly(() => store.host.sweep(store.directory));
  const changes = changesOf(store);
  await quietly(async () => {
    for (const name of (await store.host.list(changes)) ?? [])
      if (ID.test(name)) await quietly(() => sweepChange(store.host, join(changes, name)));
  });
}

async function sweepChange(host: Host, directory: AbsolutePath): Promise<void> {
  if ((await host.look(directory))?.kind !== 'directory') return;
  await host.sweep(directory);
  const left = (await host.list(directory)) ?? [];
  if (left.includes(JOURNAL) || !left.every(isOurs)) return;
  // Images without a journal: the change ended before its first line, and nothing was written.
  for (const name of left) {
    const path = join(directory, name);
    if ((await host.look(path))?.kind === 'file') await host.remove(path);
  }
  await host.removeDirectory(directory);
}

async function quietly(task: () => Promise<unknown>): Promise<void> {
  try {
    await task();
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
  }
}

function isOurs(name: string): boolean {
  return name === RESERVE || IMAGE.test(name);
}
