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
  /** Of rules that ask for one, by field: an event with another number meets none of these. */
  readonly #numbers = new Map<string, Set<string>>();

  /** @param conditions of a rule that not every event meets */
  add(action: 'always' | 'never', conditions: readonly Field[]): void {
    const known = action === 'always' ? this.#recorded : this.#refused;
    known.set(conditions.map(describeField).join(' '), conditions);
  }

  /** Adds a rule that records, and asks for a number of which an event has but one, maybe for more. */
  addNumber(field: string, number: string): void {
    const known = this.#numbers.get(field);
    if (known === undefined) this.#numbers.set(field, new Set([number]));
    else known.add(number);
  }

  /** Whether some event is recorded by none of the rules, and some of those that each refuses, too. */
  leavesEventsOver(): boolean {
    return [[], ...this.#refused.values()].every((refused) => this.#leavesOne(refused));
  }

  /** Whether some event meets none of what is recorded, and all of `met`. */
  #leavesOne(met: readonly Field[]): boolean {
    const chosen = new Set(met.map(nameOf));
    const isElsewhere = (field: Field): boolean => isPoint(field) && !chosen.has(nameOf(field));
    const rules = [
      ...this.#recorded.values(),
      ...[...chosen].flatMap((name) => this.#pointsOf(name)),
    ];
    // Of one value among many there are always others.
    const open = rules.filter((conditions) => !conditions.some(isElsewhere));
    const turning = new Set(open.flat().map(nameOf));
    const points = rules.flat().filter((one) => turning.has(nameOf(one)) && isElsewhere(one));
    const taken = Map.groupBy(points.map(questionOf), ({ about }) => about);
    const [asked, wanted] = [open.map((one) => one.map(questionOf)), met.map(questionOf)];
    const values = [...Map.groupBy([...asked.flat(), ...wanted], ({ about }) => about)].map(
      ([about, questions]) => {
        const numbers = chosen.has(about) ? undefined : this.#numbers.get(about);
        const isTaken = (value: number): boolean =>
          (numbers?.has(String(value)) ?? false) ||
          (taken.get(about)?.some(({ holds }) => holds(value)) ?? false);
        return [about, valuesFor(questions, wanted, isTaken)] as const;
      },
    );
    const events = combined(values) ?? [];
    return events.some((event) => asked.every((one) => !one.every((it) => holdsAt(event, it))));
  }

  #pointsOf(name: string): readonly (readonly Field[])[] {
    return [...(this.#numbers.get(name) ?? [])].map((value) => [
      { kind: 'value', name, operator: '=', value },
    ]);
  }
}

/** Values of one thing by which events differ; one alone where that meets nothing that is asked. */
function valuesFor(
  questions: readonly Question[],
  wanted: readonly Question[],
  isTaken: (value: number) => boolean,
): readonly number[] {
  const edges = edgesOf(questions);
  let between = Math.min(...edges);
  while (isTaken(between)) between++;
  const met = questions.filter((one) => wanted.includes(one));
  const asked = questions.filter((one) => !wanted.includes(one));
  const values = [...edges, between].filter(
    (value) => !isTaken(value) && met.every(({ holds }) => holds(value)),
  );
  const unasked = values.find((value) => !asked.some(({ holds }) => holds(value)));
  return unasked === undefined ? distinguished(asked, values) : [unasked];
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
