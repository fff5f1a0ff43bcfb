/** Why nothing may be done at all: it would harm the whole load, or could not be undone. */

import type { Facts, RulesFile } from '../discover/facts.ts';
import type { Problem } from '../audit/load.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Blocker } from './plan.ts';

/** @param path the file that we would write */
export function findBlockers(facts: Facts, path: AbsolutePath | undefined): readonly Blocker[] {
  return [
    ...facts.persistent.loaded.problems.filter(({ stops }) => stops).map(badLine),
    ...nothingLoads(facts),
    ...facts.persistent.files.filter((file) => file.path === path).flatMap(unsafeTarget),
  ];
}

/** Lines that fail without stopping the load, behind `-i` or `-c`. */
export function warnings(facts: Facts): readonly string[] {
  return facts.persistent.loaded.problems
    .filter(({ stops }) => !stops)
    .map((problem) => {
      const { path, line, reason } = badLine(problem);
      return `${path}:${line} does not load (${reason}), and the load goes on behind -i or -c`;
    });
}

function badLine({ statement, reason, mend }: Problem): Blocker {
  const { origin } = statement;
  return origin.kind === 'file'
    ? { path: origin.file, line: origin.line, reason, mend }
    : { reason, mend };
}

function nothingLoads(facts: Facts): readonly Blocker[] {
  if (facts.mechanism.kind !== 'none') return [];
  return [
    {
      reason: facts.mechanism.reason,
      mend: "let a service load /etc/audit/audit.rules at boot, such as 'systemctl enable auditd'",
    },
  ];
}

/** What a rename would break: a link would turn into a file, a second name would keep old bytes. */
function unsafeTarget({ path, entry }: RulesFile): readonly Blocker[] {
  if (entry?.kind === 'symlink')
    return [
      {
        path,
        reason: `it is a link to ${entry.target ?? 'another file'}`,
        mend: `put a regular file there, or choose another name with --file`,
      },
    ];
  if (entry && entry.links > 1)
    return [
      {
        path,
        reason: `it has ${entry.links} names (hard links), and a new file would have one`,
        mend: `'find / -xdev -samefile ${path}' shows them`,
      },
    ];
  return [];
}
