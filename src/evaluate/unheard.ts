/**
 * Processes that were forked while `never,task` was in force leave no records for life: until they
 * are restarted a rule that is in force does not see them. Source: docs/coverage.md, kernel/auditsc.c.
 */

import type { Facts } from '../discover/facts.ts';
import type { DockerProcess } from '../discover/processes.ts';
import type { Finding } from './finding.ts';

/** The kernel tells when it booted to a second: a start within it may be on either side. */
const UNSURE_MS = 1000;

/** Those of Docker that run since before the change that took `never,task` out of the kernel. */
export function unheardProcesses({ unsilencedAt, docker }: Facts): readonly DockerProcess[] {
  if (unsilencedAt === undefined) return [];
  const heard = Date.parse(unsilencedAt) + UNSURE_MS;
  return docker.processes.filter(
    ({ startedAt }) => startedAt === undefined || Date.parse(startedAt) < heard,
  );
}

/** The verdict while they run; undefined where there are none. */
export function untilRestart(
  facts: Facts,
): Pick<Finding, 'verdict' | 'reason' | 'mend'> | undefined {
  const silent = unheardProcesses(facts);
  if (silent.length === 0) return undefined;
  const names = silent.map(({ program, pid }) => `${program} (pid ${pid})`).join(', ');
  const [has, it] = silent.length === 1 ? ['was', 'it is'] : ['were', 'they are'];
  return {
    verdict: 'pending',
    reason: `in force and kept; ${names} ${has} started under a never,task rule, and stays silent until ${it} restarted`,
    mend: 'restart Docker when it suits you, or reboot: dockaudit never restarts it',
  };
}
