/** Was the promise kept? What was there has to be there, in its order; what was promised as well. */

import { isBetterVerdict, type Finding } from '../evaluate/finding.ts';
import { gained } from '../plan/forecast.ts';
import type { Plan, TableStage } from '../plan/plan.ts';

/** What `auditctl -l` says now against what the plan showed; undefined if it is kept. */
export function compareTable(
  plan: Plan,
  now: readonly string[],
  stage: TableStage,
): string | undefined {
  const table = plan.preview.find((preview) => preview.kind === 'table');
  if (table?.kind !== 'table') return undefined;
  const after = stage === 'loaded' ? (plan.liveOnly?.tableBefore ?? table.after) : table.after;
  const gone = new Set([...plan.unsilenced, ...plan.withdrawn].map(({ index }) => index));
  const kept = table.before.filter((_, at) => !gone.has(at + 1));
  const promised = gained(kept, after);
  const came = gained(kept, now);
  // Where the plan showed that others come or go, only the whole table can be compared.
  if (promised === undefined) return compareWhole(after, now);
  if (came === undefined) {
    const lost = kept.find((line) => !now.includes(line));
    return lost === undefined
      ? 'the rules that were there are no longer in their order'
      : `a rule that was there is gone: '${lost}'`;
  }
  return compareGain(promised, came);
}

/** Exactly ours, in their order. */
function compareGain(promised: readonly string[], came: readonly string[]): string | undefined {
  const missing = promised.find((line) => !came.includes(line));
  if (missing !== undefined) return `a promised rule is not there: '${missing}'`;
  const stray = came.find((line) => !promised.includes(line));
  if (stray !== undefined) return `a rule came that nobody promised: '${stray}'`;
  return came.length === promised.length ? undefined : 'a rule came twice';
}

function compareWhole(promised: readonly string[], now: readonly string[]): string | undefined {
  return promised.length === now.length
    ? undefined
    : `the kernel holds ${now.length} rules where ${promised.length} were promised`;
}

/** Findings of a second look against the promises; undefined if all are kept. */
export function compareVerdicts(plan: Plan, after: readonly Finding[]): string | undefined {
  for (const { control, verdict, procedure } of plan.promises) {
    const finding = after.find(({ section }) => section.number === control);
    if (!finding) return `control ${control} was not judged again`;
    if (isBetterVerdict(verdict, finding.verdict))
      return `control ${control} was promised ${verdict} and is ${finding.verdict}: ${finding.reason}`;
    if (procedure !== undefined && finding.procedure?.verdict !== procedure)
      return `the book's command was promised to pass control ${control}, and does not`;
  }
  return undefined;
}
