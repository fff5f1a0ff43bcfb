/**
 * Rules of ours that an undo brings back behind rules of others, which only a listing tells and nobody
 * can take out and add again: whether one of these could silence ours. The first match wins. Pure.
 */

import { bearingUpon } from '../audit/bearing.ts';
import { LOCATORS } from '../audit/locator.ts';
import type { Rule } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { Facts } from '../discover/facts.ts';
import { isUnsure } from '../evaluate/provenance.ts';
import { absolutePath } from '../paths.ts';
import type { ChangeRecord } from './change.ts';
import { listedAs } from './goal.ts';

export interface Behind {
  /** How many rules of others come before ours then. */
  readonly count: number;
  /** Those of them that say never, or may, about a place of ours; as listed. */
  readonly silencing: readonly string[];
}

/**
 * Undefined where the undo brings each of ours back to its place, or none of them.
 * @param goal the table to reach, if it is not the one before the change
 */
export function behindOthers(
  { running, world }: Facts,
  { withdrawn, kernel }: ChangeRecord,
  goal: readonly string[] | undefined,
): Behind | undefined {
  const isMoved = goal !== undefined || kernel?.rules === null;
  if (withdrawn.length === 0 || running.kind !== 'known' || !kernel || !isMoved) return undefined;
  const ours = new Set(withdrawn.map((rule) => listedAs(rule, world)));
  const first = kernel.listing.findIndex((line) => ours.has(line));
  const later = new Set(kernel.listing.slice(first + 1));
  const theirs = running.statements.filter(
    (one) =>
      one.kind === 'rule' &&
      one.rule.list === 'exit' &&
      !ours.has(one.text) &&
      (goal !== undefined || later.has(one.text)),
  );
  if (theirs.length === 0) return undefined;
  const rules = theirs.flatMap((one) => (one.kind === 'rule' ? [one.rule] : []));
  const bears = bearingUpon(
    withdrawn.flatMap((rule) => placesOf(rule, world)),
    world,
    () => rules,
  );
  const silencing = theirs.filter(
    (one) =>
      one.kind === 'rule' && (one.rule.action === 'never' || isUnsure(one)) && bears(one.rule),
  );
  return { count: theirs.length, silencing: silencing.map(({ text }) => text) };
}

function placesOf(rule: Rule, world: World) {
  return rule.fields.flatMap((field) =>
    field.kind === 'value' && LOCATORS.has(field.name)
      ? [
          {
            path: world.paths.get(field.value)?.place ?? absolutePath(field.value),
            recursive: field.name !== 'path',
          },
        ]
      : [],
  );
}
