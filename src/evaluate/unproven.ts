/** Rules that only a listing tells of, where they decide before those of the files: they may say never. */

import type { Finding, Standing } from './finding.ts';
import { nameOf } from './lack-words.ts';
import { isUnsure } from './provenance.ts';

/** The verdict while such a rule decides; undefined where none does. Source: measured, docs/coverage.md. */
export function unproven(
  running: Standing,
): Pick<Finding, 'verdict' | 'reason' | 'mend'> | undefined {
  const first = running.kind === 'covered' ? running.by.find(isUnsure) : undefined;
  if (first === undefined) return undefined;
  return {
    verdict: 'partial',
    reason: `the files hold it, and ${nameOf(first)}, which no file holds, decides first: no listing tells such a watch from a never rule, so it may record nothing`,
    mend: "take that rule out of the kernel, or load the rules anew: 'dockaudit --reload' shows what that changes",
  };
}
