/** What the loader's lines leave in the kernel, as statements that the judge reads. */

import type { LoadOutcome } from '../audit/load.ts';
import type { Origin, RuleStatement, Statement } from '../audit/rule.ts';

/** @param sources the lines that were loaded: a finding shows them as a person wrote them */
export function loadedStatements(
  { state }: LoadOutcome,
  sources: readonly Statement[],
): readonly RuleStatement[] {
  const texts = new Map(sources.map(({ origin, text }) => [originKey(origin), text]));
  return state.table.map(({ rule, origin }) => ({
    kind: 'rule',
    rule,
    origin,
    text: texts.get(originKey(origin)) ?? '',
    prepend: false,
    directives: [],
  }));
}

/** One word for a line of a file. */
export function originKey(origin: Origin): string {
  return origin.kind === 'file' ? `${origin.file}:${origin.line}` : origin.kind;
}
