/** What no look at a host tells, and the journal does: what changes of ours brought and took. */

import type { Facts } from '../discover/facts.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Change } from './change.ts';
import { listedAs } from './goal.ts';
import { hasRestarted, isInForce, unsilencedAt } from './in-force.ts';

/** @param changes the newest first */
export function evidenceOf(
  changes: readonly Change[],
  { kernel, machine, consumer, world }: Facts,
): Partial<Facts> {
  const written = writtenBy(changes);
  const lines = written.size === 0 ? {} : { writtenByUs: written };
  if (kernel.kind !== 'reachable') return lines;
  const time = unsilencedAt(changes, machine.bootId);
  const inForce = changes.filter((change) => isInForce(change, machine.bootId));
  const added = new Set<string>();
  for (const { record } of inForce.toReversed()) {
    for (const rule of record.added) added.add(listedAs(rule, world));
    for (const rule of record.withdrawn) added.delete(listedAs(rule, world));
  }
  const restarted = inForce.some((change) => hasRestarted(change, consumer));
  return {
    ...lines,
    ...(time === undefined ? {} : { unsilencedAt: time }),
    ...(added.size === 0 ? {} : { addedByUs: [...added] }),
    ...(restarted ? { restartedByUs: true } : {}),
  };
}

/** By changes that were not undone; whatever boot it was, files outlive it. */
function writtenBy(changes: readonly Change[]): ReadonlyMap<AbsolutePath, readonly string[]> {
  const written = new Map<AbsolutePath, readonly string[]>();
  for (const { record, state } of changes) {
    if (state === 'rolledBack') continue;
    for (const { path, lines } of record.wrote)
      written.set(path, [...(written.get(path) ?? []), ...lines]);
  }
  return written;
}
