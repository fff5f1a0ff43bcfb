/** Rules that no load reaches: behind the line that stops it, and in a file that is written anew. */

import { counted } from '../../text.ts';
import { flawAt, lineOf, placeOf, type Flaw } from './flaw.ts';
import type { Script } from './script.ts';

/** One flaw for each other file whose rules are cut off, at the first of them. */
export function unreadRules({ loaded }: Script): readonly Flaw[] {
  const stop = loaded.problems.find(({ stops }) => stops)?.statement;
  if (stop === undefined) return [];
  const byFile = Map.groupBy(loaded.unreached, (statement) => lineOf(statement).file);
  return [...byFile.values()].flatMap((rules) => {
    const [first] = rules;
    // In its own file the line that stops the load says it.
    if (first === undefined || lineOf(first).file === lineOf(stop).file) return [];
    const rest = rules.length - 1;
    const more = rest === 0 ? '' : `, and ${counted(rest, 'rule')} after it in this file`;
    return [
      flawAt(first, '', {
        kind: 'unread',
        severity: 'refused',
        what: `it is never read${more}: the load stops before it, at ${placeOf(stop)}`,
        mend: `mend ${placeOf(stop)} first`,
        other: lineOf(stop),
      }),
    ];
  });
}

/** Lines of the merged file that were written by hand. */
export function erasedRules({ merging }: Script): readonly Flaw[] {
  return (merging?.erased ?? []).map((statement) =>
    flawAt(statement, '', {
      kind: 'erased',
      severity: 'refused',
      what: 'augenrules writes this file anew from rules.d, where no file has this line: it will be gone',
      mend: `put it into a file of its own, such as ${merging?.directory}/50-local.rules`,
    }),
  );
}
