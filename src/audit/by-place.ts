/**
 * A table of rules by the places that they name: most say nothing of a place, and the judge asks
 * for many. What it leaves out could not change what `covers` says.
 */

import { parentOf, type AbsolutePath } from '../paths.ts';
import { conditionsOf } from './match.ts';
import type { Rule, Statement } from './rule.ts';
import type { World } from './world.ts';

/** Gives the statements of one table that can bear upon a place, in the table's order. */
export type TableByPlace = (place: AbsolutePath) => readonly Statement[];

/** `table`, looked through once. */
export function byPlace(table: readonly Statement[], world: World): TableByPlace {
  const anywhere: number[] = [];
  const naming = new Map<string, number[]>();
  for (const [index, statement] of table.entries()) {
    const texts = statement.kind === 'rule' ? locatorsOf(statement.rule) : [];
    if (texts.length === 0) {
      if (statement.kind !== 'rule' || canDecide(statement.rule)) anywhere.push(index);
      continue;
    }
    for (const text of texts) {
      const facts = world.paths.get(text);
      for (const name of new Set([text, facts?.place, facts?.target?.place])) {
        if (name === undefined) continue;
        const others = naming.get(name);
        if (others === undefined) naming.set(name, [index]);
        else others.push(index);
      }
    }
  }
  return (place) => {
    const found = new Set(anywhere);
    for (const directory of upwards(place))
      for (const index of naming.get(directory) ?? []) found.add(index);
    return [...found].toSorted((one, other) => one - other).flatMap((index) => table[index] ?? []);
  };
}

/** Paths, in the words of the rule, that say which files it is about. */
function locatorsOf({ fields }: Rule): readonly string[] {
  const texts: string[] = [];
  for (const field of fields)
    if (field.kind === 'value' && LOCATORS.has(field.name)) texts.push(field.value);
  return texts;
}

const LOCATORS: ReadonlySet<string> = new Set(['path', 'dir', 'watch']);

/** A rule without a path that records some events only neither covers a file nor silences one. */
function canDecide(rule: Rule): boolean {
  return rule.list !== 'exit' || rule.action === 'never' || conditionsOf(rule).length === 0;
}

/** `place` and each directory above it: a tree rule on any of them may reach it. */
function upwards(place: AbsolutePath): readonly AbsolutePath[] {
  const above = parentOf(place);
  return above === place ? [place] : [place, ...upwards(above)];
}
