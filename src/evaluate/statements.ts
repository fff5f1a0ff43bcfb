/** What the loader's lines leave in the kernel, as statements that the judge reads. */

import type { LoadOutcome } from '../audit/load.ts';
import type { Origin, Rule, RuleStatement, Statement } from '../audit/rule.ts';

/**
 * @param sources the lines that were loaded: a finding shows them as a person wrote them
 * @param isWanted tells of a rule whether it matters
 */
export function loadedStatements(
  { state }: LoadOutcome,
  sources: readonly Statement[],
  isWanted: (rule: Rule) => boolean = () => true,
): readonly RuleStatement[] {
  const wanted = state.table.filter(({ rule }) => isWanted(rule));
  // A loaded rule keeps the origin of its line, the very object.
  const texts = new Map<Origin, string>(wanted.map(({ origin }) => [origin, '']));
  for (const { origin, text } of sources) if (texts.has(origin)) texts.set(origin, text);
  return wanted.map(({ rule, origin }) => ({
    kind: 'rule',
    rule,
    origin,
    text: texts.get(origin) ?? '',
    prepend: false,
    directives: [],
  }));
}

/** One word for a line of a file. */
export function originKey(origin: Origin): string {
  return origin.kind === 'file' ? `${origin.file}:${origin.line}` : origin.kind;
}
