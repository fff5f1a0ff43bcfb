/** The history is not kept for ever: the oldest changes go, with all that would undo them. */

import { listRule } from '../audit/listing.ts';
import type { Facts } from '../discover/facts.ts';
import { join } from '../paths.ts';
import { UNFINISHED, type Change } from './change.ts';
import { listedAs } from './goal.ts';
import { JOURNAL } from './journal.ts';
import { directoryOf, type Store } from './store.ts';

/** How many of the latest changes are kept. */
export const KEPT_CHANGES = 20;

/**
 * Those that may go. Never one that is unfinished or waits to be confirmed, nor one by which we know
 * lines and rules of ours that still stand.
 * @param changes the newest first
 */
export function prunable(
  changes: readonly Change[],
  keep: number,
  facts: Facts,
): readonly Change[] {
  return changes
    .slice(keep)
    .filter(
      (change) =>
        !UNFINISHED.includes(change.state) &&
        change.state !== 'unconfirmed' &&
        !isEvidence(change, facts),
    );
}

function isEvidence({ record, state }: Change, facts: Facts): boolean {
  if (state !== 'kept') return false;
  const { persistent, running, machine, world } = facts;
  const stands = record.wrote.some(({ path, lines }) => {
    const text = persistent.files.find((file) => file.path === path)?.text ?? '';
    const present = new Set(text.split('\n'));
    return lines.some((line) => present.has(line));
  });
  if (stands || record.kernel?.bootId !== machine.bootId || running.kind === 'unknown')
    return stands;
  const isLive = record.added.some((rule) => running.lines.includes(listedAs(rule, world)));
  const isGone = record.removed.some((rule) => !running.lines.includes(listRule(rule, world)));
  return isLive || isGone;
}

/** What a change takes up, journal and images. Bytes. @throws HostFailure */
export async function sizeOf({ host }: Pick<Store, 'host'>, { backup }: Change): Promise<number> {
  const names = (await host.list(backup)) ?? [];
  const entries = await Promise.all(names.map((name) => host.look(join(backup, name))));
  return entries.reduce((sum, entry) => sum + (entry?.kind === 'file' ? entry.size : 0), 0);
}

/** The journal goes first: a directory without one is no change any more. @throws HostFailure */
export async function prune(store: Store, changes: readonly Change[]): Promise<void> {
  for (const { record } of changes) {
    const directory = directoryOf(store, record.id);
    await store.host.remove(join(directory, JOURNAL));
    for (const name of (await store.host.list(directory)) ?? [])
      await store.host.remove(join(directory, name));
    await store.host.removeDirectory(directory);
  }
}
