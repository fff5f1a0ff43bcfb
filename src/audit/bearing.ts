/**
 * Which rules can bear upon some places: of thousands, most name other files. What is left out could
 * not change what `covers` says of any of the places.
 */

import { isWithin, parentOf, type AbsolutePath } from '../paths.ts';
import { asksForSome, Asking } from './left-over.ts';
import { LOCATORS } from './locator.ts';
import { conditionsOf } from './match.ts';
import type { Field, Rule } from './rule.ts';
import type { World } from './world.ts';

export interface AskedPlace {
  readonly path: AbsolutePath;
  /** Whether all that lies below it is asked for, too. */
  readonly recursive: boolean;
}

/**
 * Tells of a rule whether it can bear upon one of `places`.
 * @param rules gives all of the table, itself among them
 */
export function bearingUpon(
  places: readonly AskedPlace[],
  world: World,
  rules: () => Iterable<Rule>,
): (rule: Rule) => boolean {
  // A tree on any directory above a place may reach it.
  const names: ReadonlySet<string> = new Set(places.flatMap(({ path }) => upwards(path)));
  const roots = places.filter(({ recursive }) => recursive).map(({ path }) => path);
  const isNear = (place: AbsolutePath | undefined): boolean =>
    place !== undefined && (names.has(place) || roots.some((root) => isWithin(place, root)));
  let turns: ReadonlySet<string> | undefined;
  /** A rule that asks for one value among many covers nothing, unless others turn at that value. */
  const isOneOfMany = (field: Field): boolean =>
    field.kind === 'value' &&
    field.operator === '=' &&
    field.name !== 'success' &&
    !(turns ??= turning(rules(), isFar)).has(field.name);
  const pointsNear = (rule: Rule): boolean | undefined => {
    for (const field of rule.fields) {
      if (field.kind !== 'value' || !LOCATORS.has(field.name)) continue;
      const facts = world.paths.get(field.value);
      return isNear(facts?.place) || isNear(facts?.target?.place);
    }
    return undefined;
  };
  const isFar = (rule: Rule): boolean => pointsNear(rule) === false;
  /** Whether all that is recorded under conditions still leaves something over. */
  let leavesSome: boolean | undefined;
  return (rule) => {
    const near = pointsNear(rule);
    if (near !== undefined) return near;
    if (rule.list !== 'exit' || rule.action === 'never') return true;
    const conditions = conditionsOf(rule);
    if (!asksForSome(conditions)) return true;
    if ((leavesSome ??= askedBy(rules(), isFar).leavesEventsOver())) return false;
    return !conditions.some(isOneOfMany);
  };
}

/** What rules ask for, but for those that are far. */
function askedBy(rules: Iterable<Rule>, isFar: (rule: Rule) => boolean): Asking {
  const asking = new Asking();
  for (const rule of rules) {
    if (rule.list !== 'exit' || isFar(rule)) continue;
    const conditions = conditionsOf(rule);
    if (asksForSome(conditions)) asking.add(rule.action, conditions);
  }
  return asking;
}

/** Names of fields by which rules that are not far record more, or less, than one value. */
function turning(rules: Iterable<Rule>, isFar: (rule: Rule) => boolean): ReadonlySet<string> {
  const names = new Set<string>();
  for (const rule of rules) {
    const turned = rule.fields.filter(
      (one) => one.kind === 'value' && (one.operator !== '=' || rule.action === 'never'),
    );
    if (turned.length === 0 || isFar(rule)) continue;
    for (const field of turned) if (field.kind === 'value') names.add(field.name);
  }
  return names;
}

/** `path` and each directory above it. */
export function upwards(path: AbsolutePath): readonly AbsolutePath[] {
  const above = parentOf(path);
  return above === path ? [path] : [path, ...upwards(above)];
}
