/** What the rules say about one kind of access: the first one that matches an event decides it. */

import { callsFor, hears, lets, namesCalls, type Access } from './access.ts';
import { casesOf, holdsIn } from './cases.ts';
import type { Lack } from './coverage.ts';
import { describeField } from './match.ts';
import type { Candidate } from './rule-index.ts';
import type { RuleStatement } from './rule.ts';

export type Answer =
  | { readonly kind: 'recorded'; readonly by: RuleStatement; readonly lacks: readonly Lack[] }
  | { readonly kind: 'silenced'; readonly by: RuleStatement }
  | { readonly kind: 'none' };

export interface Answered {
  readonly access: Access;
  /** One of the access' system calls; undefined where no rule makes a difference between them. */
  readonly call: string | undefined;
  readonly answer: Answer;
}

/** An answer for the access, or one for each of its system calls where rules name some. */
export function answersFor(
  access: Access,
  candidates: readonly Candidate[],
  machine: string,
): readonly Answered[] {
  const rules = candidates.filter(({ by }) => lets(by.rule, access, machine));
  if (!rules.some(({ by }) => namesCalls(by.rule)))
    return decideAll(access, rules).map((answer) => ({ access, call: undefined, answer }));
  return callsFor(access, machine).flatMap((call) => {
    const heard = rules.filter(({ by }) => hears(by.rule, call, access, machine));
    return decideAll(access, heard).map((answer) => ({ access, call, answer }));
  });
}

/**
 * One answer, or one for each kind of event that the conditions tell apart, where those together
 * say more: `success=1` here and `success=0` there leave nothing out.
 */
function decideAll(access: Access, rules: readonly Candidate[]): readonly Answer[] {
  const usual = decide(access, rules);
  if (usual.kind === 'recorded' && usual.lacks.length === 0) return [usual];
  const conditions = rules.flatMap((one) => one.conditions);
  const cases = conditions.length === 0 ? undefined : casesOf(conditions);
  if (cases === undefined) return [usual];
  const answers = cases.map((one) =>
    decide(
      access,
      rules.flatMap((rule) =>
        rule.conditions.every((field) => holdsIn(one, field)) ? [{ ...rule, conditions: [] }] : [],
      ),
    ),
  );
  const recorded = answers.filter(({ kind }) => kind === 'recorded').length;
  return recorded === 0 || recorded === answers.length ? answers : [usual];
}

function decide({ permission }: Access, rules: readonly Candidate[]): Answer {
  const lacks: Lack[] = [];
  let narrowed: Answer = { kind: 'none' };
  let fragile: Answer | undefined;
  for (const { by, scope, locator, conditions } of rules) {
    const whole = scope === 'whole' && conditions.length === 0;
    const dies = locator.kind === 'entry' ? locator.fragile : undefined;
    if (by.rule.action === 'never') {
      if (whole) return fragile ?? (narrowed.kind === 'none' ? { kind: 'silenced', by } : narrowed);
      // Of what happens in a directory only new, other and removed names are its own change.
      if (scope !== 'parent' || permission === 'w') lacks.push({ kind: 'silenced', by });
    } else if (whole && dies !== undefined) {
      // It decides now; once it is dead, those after it do.
      const lack: Lack = { kind: 'fragile', by, reason: dies };
      fragile ??= { kind: 'recorded', by, lacks: [...lacks, lack] };
    } else if (whole) {
      return { kind: 'recorded', by, lacks };
    } else if (narrowed.kind === 'none' && locator.kind !== 'anywhere') {
      narrowed = { kind: 'recorded', by, lacks: [...lacks, ...narrowing(by, scope, conditions)] };
    }
  }
  return fragile ?? narrowed;
}

function narrowing(
  by: RuleStatement,
  scope: Candidate['scope'],
  conditions: Candidate['conditions'],
): readonly Lack[] {
  return [
    ...(scope === 'top' ? [{ kind: 'subtree', by } as const] : []),
    ...conditions.map((field): Lack => ({ kind: 'narrowed', by, field: describeField(field) })),
  ];
}
