/**
 * Processes that may leave no records of their own, whatever the rules say: a task that was forked
 * before auditing was first switched on has no audit context. Source: audit_alloc, Linux 6.18; tried.
 */

import type { Facts } from '../discover/facts.ts';

/** A sentence for each; never a reason to restart Docker by ourselves. */
export function silentProcesses(facts: Facts): readonly string[] {
  const { kernel, consumer, machine, docker, restartedByUs } = facts;
  const isOn = kernel.kind === 'reachable' && kernel.enabled !== 'off';
  // The auditd that we started anew tells nothing of the one before it.
  if (!isOn || machine.auditsFromBoot || restartedByUs || consumer.kind !== 'auditd') return [];
  const since = consumer.startedAt;
  if (since === undefined) return [];
  return docker.processes.flatMap(({ program, pid, startedAt }) =>
    startedAt !== undefined && startedAt < since
      ? [
          `${program} (pid ${pid}) runs since ${minute(startedAt)}, auditd since ${minute(since)}: if auditing ` +
            'was off until then, what it does itself is recorded only after it was started again',
        ]
      : [],
  );
}

function minute(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
