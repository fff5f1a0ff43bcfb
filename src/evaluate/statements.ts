/** What `load` says the kernel would hold, as statements that the judge reads. */

import type { LoadedRule } from '../audit/load.ts';
import { printRule } from '../audit/print.ts';
import type { RuleStatement } from '../audit/rule.ts';

export function asStatements(table: readonly LoadedRule[]): readonly RuleStatement[] {
  return table.map(({ rule, origin }) => ({
    kind: 'rule',
    rule,
    origin,
    text: printRule(rule),
    prepend: false,
    directives: [],
  }));
}
