/** Why nothing may be done at all: it would harm the whole load, or could not be undone. */

import type { Facts } from '../discover/facts.ts';
import type { Problem } from '../audit/load.ts';
import { parentOf, type AbsolutePath } from '../paths.ts';
import { shellLine } from '../shell.ts';
import { flawNotes } from './flaw-notes.ts';
import type { Blocker, Edit } from './plan.ts';
import { previousOf } from './preview.ts';

/** @param path the file that we would write */
export function findBlockers(facts: Facts, path: AbsolutePath | undefined): readonly Blocker[] {
  const mend = 'put a regular file there, or choose another name with --file';
  return [
    ...facts.persistent.loaded.problems.filter(({ stops }) => stops).map(badLine),
    ...nothingLoads(facts),
    ...exposed(facts),
    ...touched(facts, path).flatMap((one) => unsafeTarget(one, facts, mend)),
  ];
}

/** Any other file in which lines would change is held to the same. */
export function unsafeEdits(
  edits: readonly Edit[],
  facts: Facts,
  mend = 'comment the line out by hand, or leave out --unsilence',
): readonly Blocker[] {
  return edits.flatMap(({ path }) => unsafeTarget(path, facts, mend));
}

/**
 * Lines that fail behind `-i` or `-c` without stopping the load, that stop the one at boot, or that
 * load and mean something else than they say.
 */
export function warnings(facts: Facts): readonly string[] {
  const { persistent } = facts;
  const passed = persistent.loaded.problems.filter(({ stops }) => !stops);
  const later = persistent.atBoot.problems.filter(({ stops }) => stops);
  return [
    ...passed.map((problem) => `${told(problem)}, and the load goes on behind -i or -c`),
    ...later.map((problem) => `at boot ${told(problem)}: the rules after it are not loaded then`),
    ...flawNotes(facts),
  ];
}

function told(problem: Problem): string {
  const { path, line, reason } = badLine(problem);
  return `${path}:${line} does not load (${reason})`;
}

function badLine({ statement, reason, mend }: Problem): Blocker {
  const { origin } = statement;
  return origin.kind === 'file'
    ? {
        path: origin.file,
        line: origin.line,
        reason: `'${statement.text.trim()}': ${reason}`,
        mend,
      }
    : { reason, mend };
}

function nothingLoads(facts: Facts): readonly Blocker[] {
  if (facts.mechanism.kind !== 'none') return [];
  return [
    {
      reason: facts.mechanism.reason,
      mend: facts.installer
        ? `install auditd: '${shellLine(facts.installer)}', or let --yes --install-auditd do it`
        : facts.programs.auditctl
          ? (facts.mechanism.mend ??
            "let a service load /etc/audit/audit.rules at boot, such as auditd's own")
          : 'install auditd there',
    },
  ];
}

/** What was looked at would not be what is loaded. A group is told of, and trusted. */
function exposed({ exposures }: Facts): readonly Blocker[] {
  return exposures
    .filter(({ to }) => to !== 'group')
    .map(({ path, reason, mend }) => ({ path, reason, mend: `'${mend}' ends that` }));
}

/** Our file, and those that the loader writes: going back has to be able to restore each. */
function touched({ persistent }: Facts, path: AbsolutePath | undefined): readonly AbsolutePath[] {
  const { generated } = persistent;
  return [
    ...(path ? [path] : []),
    ...(generated ? [generated.path, previousOf(generated.path)] : []),
  ];
}

/**
 * What an undo could not put back, the loader's own files among it.
 * @param ours the file that we would write
 */
export function hindered(
  edits: readonly Edit[],
  facts: Facts,
  ours?: AbsolutePath,
): readonly Blocker[] {
  const files = [...edits.map((edit) => edit.path), ...touched(facts, ours)];
  const asked = new Set([...files, ...files.map(parentOf)]);
  return facts.hindrances.filter(({ path }) => asked.has(path));
}

/** What a rename would break: a link would turn into a file, a second name would keep old bytes. */
function unsafeTarget(path: AbsolutePath, { entries }: Facts, mend: string): readonly Blocker[] {
  const entry = entries.get(path);
  if (entry?.kind === 'symlink')
    return [
      {
        path,
        reason: `it is a link to ${entry.target ?? 'another file'}`,
        mend,
      },
    ];
  if (entry && entry.kind !== 'file') return [{ path, reason: `it is a ${entry.kind}`, mend }];
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
