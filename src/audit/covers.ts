/**
 * The judge's heart: does a table of rules record these kinds of access to this place?
 * By meaning, never by text. Source: docs/coverage.md, kernel/auditfilter.c of Linux 6.18.
 */

import type { AbsolutePath } from '../paths.ts';
import { accesses, namesCalls } from './access.ts';
import type { Coverage, Lack } from './coverage.ts';
import { answersFor } from './decide.ts';
import { lacksOf, unique, uniqueLacks } from './lacks.ts';
import { candidatesFor, type Candidate, type RuleIndex } from './rule-index.ts';
import type { List, Permission, RuleStatement } from './rule.ts';

/** What must be watched. */
export interface Requirement {
  /** A canonical place: parent resolved, last component not followed. */
  readonly place: AbsolutePath;
  readonly permissions: readonly Permission[];
  /** Whether all that lies below the place is asked for, too. */
  readonly recursive?: boolean;
}

/** How well the rules of a table cover `requirement`. */
export function covers(requirement: Requirement, index: RuleIndex): Coverage {
  if (index.quiet) return silencedBy(index.quiet);
  const { place, recursive = false } = requirement;
  const candidates = candidatesFor(index, place, recursive);
  const coverage = weigh(requirement, candidates, index);
  if (index.blinding) return blinded(requirement, coverage, candidates, index, index.blinding);
  if (coverage.kind !== 'covered') return coverage;
  const rivals = spellingsOf(candidates).filter(
    (kept) => weigh(requirement, withSpelling(candidates, kept), index).kind !== 'covered',
  );
  if (rivals.length === 0) return coverage;
  const lacks: readonly Lack[] = unique(coverage.by.slice(0, 1)).map((by) => ({
    kind: 'fragile',
    by,
    reason: `the rules name it by several spellings, and only one (${rivals.join(' or ')}) outlives its replacement`,
  }));
  return { kind: 'partial', by: coverage.by, lacks };
}

/** Of a kernel that learns no paths: rules without one are all that is left. */
function blinded(
  requirement: Requirement,
  seeing: Coverage,
  candidates: readonly Candidate[],
  index: RuleIndex,
  by: RuleStatement,
): Coverage {
  const left = candidates.filter(({ locator }) => locator.kind === 'anywhere');
  const coverage = weigh(requirement, left, index);
  return coverage.kind === 'absent' && seeing.kind !== 'absent' ? silencedBy(by) : coverage;
}

function weigh(
  { permissions }: Requirement,
  candidates: readonly Candidate[],
  { world, quieting }: RuleIndex,
): Coverage {
  const asked = accesses(permissions, world.machine);
  const answers = asked.flatMap((access) => answersFor(access, candidates, world.machine));
  const recorded = answers.flatMap(({ answer }) => (answer.kind === 'recorded' ? [answer] : []));
  const silencer = answers.flatMap(({ answer }) =>
    answer.kind === 'silenced' ? [answer.by] : [],
  )[0];
  if (recorded.length === 0 && silencer) return silencedBy(silencer);
  const naming = candidates.filter(isNaming);
  const whole = answers.every(({ answer }) => answer.kind === 'recorded');
  // A rule on system calls that names no path is about other things, unless it records all.
  const meant = naming.length > 0 || recorded.some(({ by }) => !namesCalls(by.rule));
  if (!whole && !meant) return { kind: 'absent' };
  const by = unique((recorded.length > 0 ? recorded : naming).map((one) => one.by));
  const lacks = lacksOf(answers, quieting);
  return lacks.length === 0 ? { kind: 'covered', by } : { kind: 'partial', by, lacks };
}

/** Whether the rule asks for records of this very place, whatever the access. */
function isNaming({ by, scope, locator }: Candidate): boolean {
  return (
    by.rule.action === 'always' &&
    locator.kind !== 'anywhere' &&
    (scope === 'whole' || scope === 'top')
  );
}

/**
 * The kernel keeps a watch for each spelling of a path, and of these re-arms only one when the file
 * is replaced. Source: audit_update_watch, Linux 6.18; tried.
 */
function spellingsOf(candidates: readonly Candidate[]): readonly string[] {
  const spellings = unique(
    candidates.flatMap(({ locator, scope }) =>
      locator.kind === 'entry' && scope !== 'parent' && scope !== 'below' ? locator.spelling : [],
    ),
  );
  return spellings.length > 1 ? spellings : [];
}

function withSpelling(candidates: readonly Candidate[], kept: string): readonly Candidate[] {
  return candidates.filter(({ locator }) => locator.kind !== 'entry' || locator.spelling === kept);
}

/** Several places as one: as good as the worst of them. */
export function combine(
  parts: readonly { readonly place: AbsolutePath; readonly coverage: Coverage }[],
): Coverage {
  const suppressed = parts.find(({ coverage }) => coverage.kind === 'suppressed');
  if (suppressed) return suppressed.coverage;
  if (parts.every(({ coverage }) => coverage.kind === 'absent')) return { kind: 'absent' };
  const by = unique(
    parts.flatMap(({ coverage }) =>
      coverage.kind === 'covered' || coverage.kind === 'partial' ? coverage.by : [],
    ),
  );
  const lacks = uniqueLacks(
    parts.flatMap(({ place, coverage }): readonly Lack[] => {
      if (coverage.kind === 'partial') return coverage.lacks;
      return coverage.kind === 'absent' ? [{ kind: 'target', path: place }] : [];
    }),
  );
  return lacks.length === 0 ? { kind: 'covered', by } : { kind: 'partial', by, lacks };
}

/** In the words of the list that does it. */
const QUIET: Partial<Record<List, string>> = {
  task: 'tasks get no audit context, so no file rule fires',
  exclude: 'the records are dropped before they are written',
  filesystem: 'the kernel does not learn which files a call is about',
};

function silencedBy(by: RuleStatement): Coverage {
  const reason = QUIET[by.rule.list] ?? 'an earlier rule says never, and the first match wins';
  return { kind: 'suppressed', by, reason };
}
