/** Which accesses get past what a rule says of permissions, architecture and calls. */

import { accesses, architecturesOn, reach, type Architecture } from '../audit/access.ts';
import type { Permission, Rule } from '../audit/rule.ts';
import { PERMISSIONS } from '../audit/vocabulary.ts';

export interface Reached {
  readonly permissions: readonly Permission[];
  readonly architectures: readonly Architecture[];
}

/** Each in its canonical order; reached in part counts. @param machine `uname -m` */
export function reachedBy(rule: Rule, machine: string): Reached {
  const reached = accesses(PERMISSIONS, machine).filter(
    (access) => reach(rule, access, machine) !== 'none',
  );
  return {
    permissions: PERMISSIONS.filter((one) => reached.some((access) => access.permission === one)),
    architectures: architecturesOn(machine).filter((one) =>
      reached.some((access) => access.architecture === one),
    ),
  };
}
