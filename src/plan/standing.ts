/** Rules that need no line, because the files hold them: the kernel has to hold them, too. */

import { covers } from '../audit/covers.ts';
import type { Rule } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import type { Finding, JudgeOptions } from '../evaluate/finding.ts';
import { openLedgers } from '../evaluate/ledgers.ts';
import type { Line } from './lines.ts';

/** Rules of others on which the chosen controls rest where no line of ours is needed. */
export function standingRules(
  open: readonly Finding[],
  lines: readonly Line[],
  edited: Facts,
  { strict }: JudgeOptions,
): readonly Rule[] {
  const { loaded } = openLedgers(edited);
  const by = open.flatMap(({ section, targets }) => {
    const permissions = strict ? section.control.recommended : section.control.required;
    const standing = targets.filter((one) => !lines.some(({ target }) => target.path === one.path));
    return standing.flatMap(({ path, recursive }) => {
      const coverage = covers({ place: path, permissions, recursive }, loaded);
      return coverage.kind === 'covered' || coverage.kind === 'partial' ? coverage.by : [];
    });
  });
  return by.flatMap((statement) => (statement.kind === 'rule' ? [statement.rule] : []));
}
