/** What the loader's lines leave in the kernel, as statements that the judge reads. */

import type { LoadOutcome } from '../audit/load.ts';
import type { RuleStatement, Statement } from '../audit/rule.ts';

/** @param sources the lines that were loaded: a finding shows them as a person wrote them */
export function loadedStatements(
  { state }: LoadOutcome,
  sources: readonly Statement[],
): readonly RuleStatement[] {
  // A rule keeps the origin of the line that brought it, the very object.
  const texts = new Map(sources.map(({ origin, text }) => [origin, text]));
  return state.table.map(({ rule, origin }) => ({
    kind: 'rule',
    rule,
    origin,
    text: texts.get(origin) ?? '',
    prepend: false,
    directives: [],
  }));
}
