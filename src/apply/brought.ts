/** Which rules stand in the kernel because of a change. Pure. */

import { parseRules } from '../audit/parse.ts';
import type { Rule } from '../audit/rule.ts';
import type { ChangeRecord } from './change.ts';

/** What it added; of a change that waits for a reboot, which adds nothing itself, what the boot loads. */
export function broughtBy({ activation, added, wrote }: ChangeRecord): readonly Rule[] {
  if (activation !== 'reboot') return added;
  return wrote
    .flatMap(({ path, lines }) => parseRules(lines.join('\n'), path))
    .flatMap((statement) => (statement.kind === 'rule' ? [statement.rule] : []));
}
