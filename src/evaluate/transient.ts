/** Places that no file which loads at boot may name: all that a rule on them can be is in force now. */

import type { Facts, Target } from '../discover/facts.ts';
import { lateReason } from '../discover/world.ts';
import type { Finding, Standing } from './finding.ts';

/** The verdict where no file may hold all that the files lack; undefined if one could. */
export function untilBoot(
  persistent: Standing,
  targets: readonly Target[],
  facts: Facts,
): Pick<Finding, 'verdict' | 'reason' | 'mend'> | undefined {
  const reason = whyNoFile(persistent, targets, facts);
  if (reason === undefined) return undefined;
  return {
    verdict: 'partial',
    reason: `in force until the next boot or load of the rules, and no file may hold it: ${reason}`,
    mend: 'run dockaudit again after each boot, once the place is there',
  };
}

function whyNoFile(
  persistent: Standing,
  targets: readonly Target[],
  { world }: Facts,
): string | undefined {
  const lacking =
    persistent.kind === 'absent'
      ? targets.map(({ path }) => path)
      : persistent.kind === 'partial'
        ? persistent.lacks.map((lack) => (lack.kind === 'target' ? lack.path : undefined))
        : [];
  const reasons = lacking.map((path) => {
    const known = path === undefined ? undefined : world.paths.get(path);
    return known && lateReason(known);
  });
  const told = reasons.filter((reason) => reason !== undefined);
  return told.length > 0 && told.length === reasons.length
    ? [...new Set(told)].join('; ')
    : undefined;
}
