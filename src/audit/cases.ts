/**
 * What conditions of rules leave open: which kinds of events there are, as far as they tell them
 * apart. Source: audit_filter_rules, audit_comparator (unsigned), kernel/auditsc.c of Linux 6.18.
 */

import { integerOf } from './integer.ts';
import type { Field, Operator } from './rule.ts';
import { ERRORS } from './vocabulary.ts';

/** Whether events meet conditions: all of them, some, or none at all. */
export type Met = 'always' | 'sometimes' | 'never';

/** One kind of event: a value for each thing that is asked about. */
export type Case = ReadonlyMap<string, number>;

/** A condition as a question about one number of an event. */
export interface Question {
  readonly about: string;
  /** Numbers that the answer may turn at, all of which an event can have. */
  readonly edges: readonly number[];
  readonly holds: (value: number) => boolean;
}

/** How often events meet all of `fields`. */
export function meets(fields: readonly Field[]): Met {
  let met: Met = 'always';
  for (const questions of byAbout(fields).values()) {
    const values = edgesOf(questions);
    const holding = values.filter((value) => questions.every(({ holds }) => holds(value)));
    if (holding.length === 0) return 'never';
    if (holding.length < values.length) met = 'sometimes';
  }
  return met;
}

/** More kinds of events than this are not told apart. */
const MOST_CASES = 64;

/** Every kind of event that `fields` tell apart; undefined if there are too many. */
export function casesOf(fields: readonly Field[]): readonly Case[] | undefined {
  const values = [...byAbout(fields)].map(
    ([about, questions]) => [about, distinguished(questions, edgesOf(questions))] as const,
  );
  return combined(values);
}

/** Each choice of one value for each thing; undefined if there are too many. */
export function combined(
  values: readonly (readonly [about: string, values: readonly number[]])[],
): readonly Case[] | undefined {
  let cases: readonly Case[] = [new Map()];
  for (const [about, some] of values) {
    if (cases.length * some.length > MOST_CASES) return undefined;
    cases = cases.flatMap((one) => some.map((value) => new Map(one).set(about, value)));
  }
  return cases;
}

/** Whether an event of kind `one` meets `field`, which was among those that made the case. */
export function holdsIn(one: Case, field: Field): boolean {
  const { about, holds } = questionOf(field);
  const value = one.get(about);
  return value !== undefined && holds(value);
}

function byAbout(fields: readonly Field[]): ReadonlyMap<string, readonly Question[]> {
  return Map.groupBy(fields.map(questionOf), ({ about }) => about);
}

/** All numbers at which an answer may turn. */
export function edgesOf(questions: readonly Question[]): readonly number[] {
  return [...new Set(questions.flatMap(({ edges }) => edges))];
}

/** Of `values` one for each way to answer all of the questions. */
export function distinguished(
  questions: readonly Question[],
  values: readonly number[],
): readonly number[] {
  const answers = new Map<string, number>();
  for (const value of values) {
    const answer = questions.map(({ holds }) => Number(holds(value))).join('');
    if (!answers.has(answer)) answers.set(answer, value);
    // That is too many already.
    if (answers.size > MOST_CASES) break;
  }
  return [...answers.values()];
}

const LARGEST = 2 ** 32 - 1;

/** Numbers of an event, with the least and the greatest. */
const RANGES: ReadonlyMap<string, readonly [number, number]> = new Map<
  string,
  readonly [number, number]
>([
  // No user and no group is -1; nobody's login and session are.
  ...['uid', 'euid', 'suid', 'fsuid', 'sgid', 'fsgid'].map(
    (name) => [name, [0, LARGEST - 1]] as const,
  ),
  ...['gid', 'egid', 'obj_uid', 'obj_gid'].map((name) => [name, [0, LARGEST - 1]] as const),
  ...['devmajor', 'devminor'].map((name) => [name, [0, LARGEST]] as const),
  ...['auid', 'sessionid', 'exit', 'ppid', 'pers', 'a0', 'a1', 'a2', 'a3'].map(
    (name) => [name, [0, LARGEST]] as const,
  ),
  ['pid', [1, 2 ** 22]],
]);

/** A process has several groups, an event several files: each value is a question of its own. */
const SEVERAL: ReadonlySet<string> = new Set([
  'gid',
  'egid',
  'obj_uid',
  'obj_gid',
  'devmajor',
  'devminor',
]);

const COMPARED: ReadonlyMap<Operator, (one: number, other: number) => boolean> = new Map([
  ['=', (one, other) => one === other],
  ['!=', (one, other) => one !== other],
  ['<', (one, other) => one < other],
  ['<=', (one, other) => one <= other],
  ['>', (one, other) => one > other],
  ['>=', (one, other) => one >= other],
]);

/** What `field` asks of an event. */
export function questionOf(field: Field): Question {
  if (field.kind === 'compare')
    return yesOrNo(`${field.left} and ${field.right}`, field.operator !== '!=');
  const { name, operator, value } = field;
  const compare = COMPARED.get(operator);
  if (name === 'success' && compare) {
    // A call has failed (2) or not (1). Source: AUDITSC_SUCCESS, AUDITSC_FAILURE.
    const wanted = /^\s*[+-]?0+$/.test(value) ? 2 : 1;
    return { about: name, edges: [1, 2], holds: (result) => compare(result, wanted) };
  }
  const range = RANGES.get(name);
  const number = numberOf(name, value);
  const isEquality = operator === '=' || operator === '!=';
  if (range && number !== undefined && compare && !(isEquality && SEVERAL.has(name))) {
    const [least, greatest] = range;
    const edges = [least, number - 1, number, number + 1, greatest].filter(
      (edge) => edge >= least && edge <= greatest,
    );
    const about = SEVERAL.has(name) ? `${name} ${operator} ${value}` : name;
    return { about, edges, holds: (asked) => compare(asked, number) };
  }
  return isEquality
    ? yesOrNo(`${name} ${value}`, operator === '=')
    : yesOrNo(`${name} ${operator} ${value}`, true);
}

function yesOrNo(about: string, wanted: boolean): Question {
  return { about, edges: [0, 1], holds: (answer) => (answer === 1) === wanted };
}

/** As the kernel holds it, unsigned; undefined of a name. */
function numberOf(name: string, text: string): number | undefined {
  if (text === 'unset') return LARGEST;
  const error =
    name === 'exit' ? ERRORS.numbers.get(text.replace(/^-/, '').toUpperCase()) : undefined;
  if (error !== undefined) return (text.startsWith('-') ? -error : error) >>> 0;
  return /^-?\d/.test(text) ? integerOf(text, 'signed') >>> 0 : undefined;
}
