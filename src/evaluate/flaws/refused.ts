/** Lines that auditctl or the kernel refuses, with the cause that a person can mend. */

import type { Problem } from '../../audit/load.ts';
import type { Statement } from '../../audit/rule.ts';
import { counted } from '../../text.ts';
import { causeOf } from './cause.ts';
import { Duplicates } from './duplicates.ts';
import { flawAt, lineOf, placeOf, type Flaw } from './flaw.ts';
import type { Script } from './script.ts';

/** A flaw for each line that is refused, also behind the one at which the load stops. */
export function refusedLines(script: Script): readonly Flaw[] {
  const first = script.loaded.problems.find(({ stops }) => stops)?.statement;
  const duplicates = new Duplicates(script);
  return script.throughout.problems
    .filter(({ reason, statement }) => !isLocked(reason) || statement === first)
    .map((problem) => {
      const cause = causeOf(problem, script.world);
      const other = cause.kind === 'duplicate' ? duplicates.firstOf(problem.statement) : undefined;
      const twice = other === undefined ? '' : sameRule(other, problem.statement);
      return flawAt(problem.statement, cause.piece, {
        kind: cause.kind,
        severity: 'refused',
        what: `${cause.what}${twice}${consequence(problem, script, first)}`,
        mend: cause.mend ?? problem.mend,
        ...(other === undefined ? {} : { other: lineOf(other) }),
      });
    });
}

/** Behind `-e 2` every line is refused; the flaw is that line's. */
function isLocked(reason: string): boolean {
  return reason.endsWith('(Operation not permitted)');
}

function sameRule(other: Statement, statement: Statement): string {
  const place = placeOf(other);
  return place === placeOf(statement) ? ', for its file is read twice' : ` as ${place}`;
}

function consequence(
  { statement }: Problem,
  { loaded, statements }: Script,
  first: Statement | undefined,
): string {
  if (first === undefined) return '; the load goes on behind -i or -c';
  if (statement === first) {
    const rest = loaded.unreached.length;
    return rest === 0
      ? '; the load ends with an error'
      : `; the load stops here: ${counted(rest, 'rule')} after it will not be loaded`;
  }
  return statements.indexOf(statement) < statements.indexOf(first)
    ? '; the load goes on behind -i or -c'
    : '';
}
