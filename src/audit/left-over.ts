/**
 * Events that rules leave over. Rules that ask for something record all events only together; while
 * one is left over, those that name no path add nothing to what the others record.
 */

import {
  combined,
  distinguished,
  edgesOf,
  meets,
  questionOf,
  type Case,
  type Question,
} from './cases.ts';
import { describeField } from './match.ts';
import type { Field } from './rule.ts';

/** Whether some events, and not all, meet `conditions`. */
export function asksForSome(conditions: readonly Field[]): boolean {
  return conditions.some(isPoint) || (conditions.length > 0 && meets(conditions) === 'sometimes');
}

/** What rules ask of an event: the conditions of each, which are met together, known once. */
export class Asking {
  readonly #recorded = new Map<string, readonly Field[]>();
  readonly #refused = new Map<string, readonly Field[]>();

  /** @param conditions of a rule that not every event meets */
  add(action: 'always' | 'never', conditions: readonly Field[]): void {
    const known = action === 'always' ? this.#recorded : this.#refused;
    known.set(conditions.map(describeField).join(' '), conditions);
  }

  /** Whether some event is recorded by none of the rules, and some of those that each refuses, too. */
  leavesEventsOver(): boolean {
    const rules = [...this.#recorded.values()];
    return [[], ...this.#refused.values()].every((refused) => isOneLeft(rules, refused));
  }
}

/** Whether some event meets none of `rules`, and all of `met`. */
function isOneLeft(rules: readonly (readonly Field[])[], met: readonly Field[]): boolean {
  const chosen = new Set(met.map(nameOf));
  const isElsewhere = (field: Field): boolean => isPoint(field) && !chosen.has(nameOf(field));
  // Of one value among many there are always others.
  const open = rules.filter((conditions) => !conditions.some(isElsewhere));
  const turning = new Set(open.flat().map(nameOf));
  const points = rules.flat().filter((one) => turning.has(nameOf(one)) && isElsewhere(one));
  const taken = Map.groupBy(points.map(questionOf), ({ about }) => about);
  const [asked, wanted] = [open.map((one) => one.map(questionOf)), met.map(questionOf)];
  const values = [...Map.groupBy([...asked.flat(), ...wanted], ({ about }) => about)].map(
    ([about, questions]) => [about, valuesFor(questions, wanted, taken.get(about))] as const,
  );
  const events = combined(values) ?? [];
  return events.some((event) => asked.every((one) => !one.every((it) => holdsAt(event, it))));
}

/** Values of one thing by which events differ; one alone where that meets nothing that is asked. */
function valuesFor(
  questions: readonly Question[],
  wanted: readonly Question[],
  taken: readonly Question[] = [],
): readonly number[] {
  const points = new Set(taken.flatMap(({ edges, holds }) => edges.filter(holds)));
  const edges = edgesOf(questions);
  let between = Math.min(...edges);
  while (points.has(between)) between++;
  const [met, asked] = [true, false].map((is) =>
    questions.filter((one) => wanted.includes(one) === is),
  );
  const values = [...edges, between].filter(
    (value) => !points.has(value) && met?.every(({ holds }) => holds(value)),
  );
  const unasked = values.find((value) => !asked?.some(({ holds }) => holds(value)));
  return unasked === undefined ? distinguished(asked ?? [], values) : [unasked];
}

function nameOf(field: Field): string {
  return field.kind === 'value' ? field.name : `${field.left} ${field.right}`;
}

/** Whether the field asks for one value among many. */
function isPoint(field: Field): boolean {
  return field.kind === 'value' && field.operator === '=' && field.name !== 'success';
}

function holdsAt(event: Case, { about, holds }: Question): boolean {
  const value = event.get(about);
  return value !== undefined && holds(value);
}
