/** What changes of ours did to the kernel that runs now, as the journal tells. */

import type { Consumer } from '../discover/facts.ts';
import type { Change, ChangeState } from './change.ts';

const IN_FORCE: readonly ChangeState[] = ['activated', 'unconfirmed', 'kept'];

/** Whether the change reached the kernel of this boot, and was not undone. */
export function isInForce({ record, state }: Change, bootId: string): boolean {
  return IN_FORCE.includes(state) && record.kernel?.bootId === bootId;
}

/** When `never,task` was taken out: UTC, ISO 8601; undefined if no change did. The latest counts. */
export function unsilencedAt(changes: readonly Change[], bootId: string): string | undefined {
  return changes
    .filter(
      (change) =>
        isInForce(change, bootId) && change.record.removed.some(({ list }) => list === 'task'),
    )
    .flatMap(({ activatedAt }) => activatedAt ?? [])
    .toSorted()
    .at(-1);
}

/** A restart follows the change's first line within this time. Milliseconds. */
const RESTART_MS = 120_000;

/** Whether the auditd that runs is the one that the change restarted. */
export function hasRestarted({ record }: Change, consumer: Consumer): boolean {
  if (record.daemon.action !== 'restart' || consumer.kind !== 'auditd') return false;
  const started = Date.parse(consumer.startedAt ?? '');
  const begun = Date.parse(record.time);
  // Processes know the time of their start to a hundredth of a second.
  return started >= begun - 1000 && started <= begun + RESTART_MS;
}
