/**
 * The judge's heart: does a table of rules record these kinds of access to this place?
 * By meaning, never by text. Source: docs/coverage.md, kernel/auditfilter.c of Linux 6.18.
 */

import type { AbsolutePath } from '../paths.ts';
import { accesses, reach, type Access } from './access.ts';
import type { Coverage, Lack } from './coverage.ts';
import { conditionsOf, describeField, pathMatch, silencesRecords } from './match.ts';
import type { Field, List, Permission, Rule, RuleStatement, Statement } from './rule.ts';
import type { World } from './world.ts';

/** What must be watched. */
export interface Requirement {
  /** A canonical place: parent resolved, last component not followed. */
  readonly place: AbsolutePath;
  readonly permissions: readonly Permission[];
}

/** What the rules say about one kind of access. */
type Answer =
  | { readonly kind: 'recorded'; readonly by: RuleStatement; readonly lacks: readonly Lack[] }
  | { readonly kind: 'silenced'; readonly by: RuleStatement }
  | { readonly kind: 'none' };

/** How well `table`, in the kernel's order, covers `requirement`. */
export function covers(
  requirement: Requirement,
  table: readonly Statement[],
  world: World,
): Coverage {
  const rules = table.filter((statement): statement is RuleStatement => statement.kind === 'rule');
  const quiet = rules.find(({ rule }) => silencesRecords(rule) === 'always');
  if (quiet) return silencedBy(quiet);

  const answers = accesses(requirement.permissions, world.machine).map((access) => ({
    access,
    answer: decide(access, requirement.place, rules, world),
  }));
  const recorded = answers.flatMap(({ answer }) => (answer.kind === 'recorded' ? [answer] : []));
  const naming = rules.filter(({ rule }) => names(rule, requirement.place, world));
  const by = unique(recorded.length > 0 ? recorded.map((answer) => answer.by) : naming);
  const silencer = answers.flatMap(({ answer }) =>
    answer.kind === 'silenced' ? [answer.by] : [],
  )[0];
  if (recorded.length === 0 && silencer) return silencedBy(silencer);
  if (by.length === 0) return { kind: 'absent' };
  const lacks = uniqueLacks([
    ...missing(answers),
    ...recorded.flatMap((answer) => answer.lacks),
    ...rules
      .filter(({ rule }) => silencesRecords(rule) === 'sometimes')
      .map((statement): Lack => ({ kind: 'silenced', by: statement })),
  ]);
  return lacks.length === 0 ? { kind: 'covered', by } : { kind: 'partial', by, lacks };
}

/** Several places as one: as good as the worst of them. */
export function combine(
  parts: readonly { readonly place: AbsolutePath; readonly coverage: Coverage }[],
): Coverage {
  const suppressed = parts.find(({ coverage }) => coverage.kind === 'suppressed');
  if (suppressed) return suppressed.coverage;
  if (parts.every(({ coverage }) => coverage.kind === 'absent')) return { kind: 'absent' };
  const by = unique(parts.flatMap(({ coverage }) => ('by' in coverage ? asList(coverage.by) : [])));
  const lacks = uniqueLacks(
    parts.flatMap(({ place, coverage }): readonly Lack[] => {
      if (coverage.kind === 'partial') return coverage.lacks;
      return coverage.kind === 'absent' ? [{ kind: 'target', path: place }] : [];
    }),
  );
  return lacks.length === 0 ? { kind: 'covered', by } : { kind: 'partial', by, lacks };
}

/** Walks the exit rules in their order: the first one that matches an event decides it. */
function decide(
  access: Access,
  place: AbsolutePath,
  rules: readonly RuleStatement[],
  world: World,
): Answer {
  const lacks: Lack[] = [];
  let narrowed: Answer = { kind: 'none' };
  let fragile: Answer | undefined;
  for (const by of rules) {
    const { rule } = by;
    const match = rule.list === 'exit' ? pathMatch(rule, place, world) : undefined;
    const reached = match ? reach(rule, access, world.machine) : 'none';
    if (match === undefined || reached === 'none') continue;
    const conditions = conditionsOf(rule);
    const whole = reached === 'all' && conditions.length === 0;
    if (rule.action === 'never') {
      if (whole) return fragile ?? (narrowed.kind === 'none' ? { kind: 'silenced', by } : narrowed);
      lacks.push({ kind: 'silenced', by });
    } else if (whole && match.kind === 'fragile') {
      // It decides now; once it is dead, those after it do.
      const lack: Lack = { kind: 'fragile', by, reason: match.reason };
      fragile ??= { kind: 'recorded', by, lacks: [...lacks, lack] };
    } else if (whole) {
      return { kind: 'recorded', by, lacks };
    } else if (narrowed.kind === 'none' && match.kind !== 'anything' && conditions.length > 0) {
      narrowed = { kind: 'recorded', by, lacks: conditions.map((field) => narrowing(by, field)) };
    }
  }
  return fragile ?? narrowed;
}

function narrowing(by: RuleStatement, field: Field): Lack {
  return { kind: 'narrowed', by, field: describeField(field) };
}

/** Whether the rule asks for records of this very place, whatever the access. */
function names(rule: Rule, place: AbsolutePath, world: World): boolean {
  const match = pathMatch(rule, place, world);
  return (
    rule.list === 'exit' && rule.action === 'always' && (match?.kind ?? 'anything') !== 'anything'
  );
}

/** Permissions, or one architecture of two, for which nothing is recorded. */
function missing(
  answers: readonly { readonly access: Access; readonly answer: Answer }[],
): readonly Lack[] {
  const silenced = answers.flatMap(({ answer }): readonly Lack[] =>
    answer.kind === 'silenced' ? [{ kind: 'silenced', by: answer.by }] : [],
  );
  const open = answers.filter(({ answer }) => answer.kind === 'none').map(({ access }) => access);
  const seen = answers
    .filter(({ answer }) => answer.kind === 'recorded')
    .map(({ access }) => access);
  const elsewhere = (access: Access): boolean =>
    seen.some(({ permission }) => permission === access.permission);
  const permissions = unique(
    open.filter((access) => !elsewhere(access)).map((one) => one.permission),
  );
  const architectures = unique(open.filter(elsewhere).map((access) => access.architecture));
  return [
    ...(permissions.length > 0 ? [permissionLack(permissions)] : []),
    ...architectures.map((architecture): Lack => ({ kind: 'architecture', architecture })),
    ...silenced,
  ];
}

function permissionLack(permissions: readonly Permission[]): Lack {
  return { kind: 'permission', permissions };
}

/** In the words of the list that does it. */
const QUIET: Partial<Record<List, string>> = {
  task: 'tasks get no audit context, so no file rule fires',
  exclude: 'the records are dropped before they are written',
};

function silencedBy(by: RuleStatement): Coverage {
  const reason = QUIET[by.rule.list] ?? 'an earlier rule says never, and the first match wins';
  return { kind: 'suppressed', by, reason };
}

function asList(by: Statement | readonly Statement[] | undefined): readonly Statement[] {
  return by === undefined ? [] : [by].flat();
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

function uniqueLacks(lacks: readonly Lack[]): readonly Lack[] {
  return [...new Map(lacks.map((lack) => [keyOf(lack), lack])).values()];
}

function keyOf(lack: Lack): string {
  return JSON.stringify('by' in lack ? { ...lack, by: [lack.by.origin, lack.by.text] } : lack);
}
