/**
 * Which rules can bear upon some places: of thousands, most name other files. What is left out could
 * not change what `covers` says of any of the places.
 */

import { isWithin, parentOf, type AbsolutePath } from '../paths.ts';
import { conditionsOf } from './match.ts';
import type { Rule } from './rule.ts';
import type { World } from './world.ts';

export interface AskedPlace {
  readonly path: AbsolutePath;
  /** Whether all that lies below it is asked for, too. */
  readonly recursive: boolean;
}

/** Tells of a rule whether it can bear upon one of `places`. */
export function bearingUpon(places: readonly AskedPlace[], world: World): (rule: Rule) => boolean {
  // A tree on any directory above a place may reach it.
  const names: ReadonlySet<string> = new Set(places.flatMap(({ path }) => upwards(path)));
  const roots = places.filter(({ recursive }) => recursive).map(({ path }) => path);
  const isNear = (place: AbsolutePath | undefined): boolean =>
    place !== undefined && (names.has(place) || roots.some((root) => isWithin(place, root)));
  return (rule) => {
    for (const field of rule.fields) {
      if (field.kind !== 'value' || !LOCATORS.has(field.name)) continue;
      const facts = world.paths.get(field.value);
      return isNear(facts?.place) || isNear(facts?.target?.place);
    }
    return canDecide(rule);
  };
}

const LOCATORS: ReadonlySet<string> = new Set(['path', 'dir', 'watch']);

/** A rule without a path that records some events only neither covers a file nor silences one. */
function canDecide(rule: Rule): boolean {
  return rule.list !== 'exit' || rule.action === 'never' || conditionsOf(rule).length === 0;
}

/** `path` and each directory above it. */
export function upwards(path: AbsolutePath): readonly AbsolutePath[] {
  const above = parentOf(path);
  return above === path ? [path] : [path, ...upwards(above)];
}
