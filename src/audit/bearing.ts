/**
 * Which rules can bear upon some places: of thousands, most name other files. What is left out could
 * not change what `covers` says of any of the places.
 */

import { isWithin, parentOf, type AbsolutePath } from '../paths.ts';
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
 * @param others gives all rules beside it
 */
export function bearingUpon(
  places: readonly AskedPlace[],
  world: World,
  others: () => Iterable<Rule>,
): (rule: Rule) => boolean {
  // A tree on any directory above a place may reach it.
  const names: ReadonlySet<string> = new Set(places.flatMap(({ path }) => upwards(path)));
  const roots = places.filter(({ recursive }) => recursive).map(({ path }) => path);
  const isNear = (place: AbsolutePath | undefined): boolean =>
    place !== undefined && (names.has(place) || roots.some((root) => isWithin(place, root)));
  let turns: ReadonlySet<string> | undefined;
  /** A rule that asks for one value among many covers nothing, unless others have all the rest. */
  const isOneOfMany = (field: Field): boolean =>
    field.kind === 'value' &&
    field.operator === '=' &&
    field.name !== 'success' &&
    !(turns ??= turning(others(), isFar)).has(field.name);
  const pointsNear = (rule: Rule): boolean | undefined => {
    for (const field of rule.fields) {
      if (field.kind !== 'value' || !LOCATORS.has(field.name)) continue;
      const facts = world.paths.get(field.value);
      return isNear(facts?.place) || isNear(facts?.target?.place);
    }
    return undefined;
  };
  const isFar = (rule: Rule): boolean => pointsNear(rule) === false;
  return (rule) => {
    const near = pointsNear(rule);
    if (near !== undefined) return near;
    if (rule.list !== 'exit' || rule.action === 'never') return true;
    return !conditionsOf(rule).some(isOneOfMany);
  };
}

/** Names of fields that a rule compares otherwise than with one value, but for those that are far. */
function turning(rules: Iterable<Rule>, isFar: (rule: Rule) => boolean): ReadonlySet<string> {
  const names = new Set<string>();
  for (const rule of rules) {
    const turned = rule.fields.filter((one) => one.kind === 'value' && one.operator !== '=');
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
