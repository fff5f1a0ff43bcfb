/**
 * Which statements of a table can bear upon some places: of thousands, most name other files. What
 * is left out could not change what `covers` says of any of the places.
 */

import { parentOf, type AbsolutePath } from '../paths.ts';
import { conditionsOf } from './match.ts';
import type { Rule, Statement } from './rule.ts';
import type { World } from './world.ts';

/** Those of `table`, in its order, that can bear upon one of `places`. */
export function bearingUpon(
  places: readonly AbsolutePath[],
  table: readonly Statement[],
  world: World,
): readonly Statement[] {
  const names: ReadonlySet<string> = new Set(places.flatMap(upwards));
  return table.filter(
    (statement) => statement.kind !== 'rule' || bears(statement.rule, names, world),
  );
}

const LOCATORS: ReadonlySet<string> = new Set(['path', 'dir', 'watch']);

function bears(rule: Rule, names: ReadonlySet<string>, world: World): boolean {
  let located = false;
  for (const field of rule.fields) {
    if (field.kind !== 'value' || !LOCATORS.has(field.name)) continue;
    located = true;
    if (names.has(field.value)) return true;
    const facts = world.paths.get(field.value);
    if (facts?.place !== undefined && names.has(facts.place)) return true;
    if (facts?.target !== undefined && names.has(facts.target.place)) return true;
  }
  return !located && canDecide(rule);
}

/** A rule without a path that records some events only neither covers a file nor silences one. */
function canDecide(rule: Rule): boolean {
  return rule.list !== 'exit' || rule.action === 'never' || conditionsOf(rule).length === 0;
}

/** `place` and each directory above it: a tree rule on any of them may reach it. */
function upwards(place: AbsolutePath): readonly AbsolutePath[] {
  const above = parentOf(place);
  return above === place ? [place] : [place, ...upwards(above)];
}
