/** Takes out what serves no place any more, as far as no verdict suffers and an undo can mend it. Pure. */

import { isLastOfList } from './silencers.ts';
import type { Facts } from '../discover/facts.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { isBetterVerdict, type Finding, type JudgeOptions } from '../evaluate/finding.ts';
import { surelyHeld } from '../evaluate/provenance.ts';
import { forecast, presentState, withoutTaken } from './forecast.ts';
import type { Withdrawn } from './plan.ts';
import { staleLines } from './stale.ts';
import { takeOut, type TakenOut } from './take-out.ts';

export interface Cleared extends TakenOut {
  readonly notes: readonly string[];
}

/** @param findings the facts as they are judged now */
export function clearStale(
  facts: Facts,
  findings: readonly Finding[],
  options: JudgeOptions,
  now: Date,
): Cleared {
  const nothing: Cleared = { edits: [], facts, withdrawn: [], notes: [] };
  const sections = findings.map(({ section }) => section);
  const stale = staleLines(facts, sections);
  if (stale.length === 0) return nothing;
  const taken = takeOut(facts, stale, now);
  const notes = taken.withdrawn.map(
    ({ line, text, reason }) => `${line?.file}:${line?.line} '${text}' goes: ${reason}`,
  );
  const stuck = taken.withdrawn.filter((one) => !canComeBack(one, facts));
  if (stuck.length > 0)
    return {
      ...nothing,
      notes: stuck.map(
        ({ line, text }) =>
          `${line?.file}:${line?.line} '${text}' serves no place any more and is left: an undo could not bring its rule back to its place`,
      ),
    };
  const then = evaluate(sections, withoutKernelRules(taken), options);
  const suffers = then.some((finding, at) => {
    const before = findings[at];
    return before !== undefined && isBetterVerdict(before.verdict, finding.verdict);
  });
  return suffers ? nothing : { ...taken, notes };
}

function canComeBack({ rule, index }: Withdrawn, facts: Facts): boolean {
  const { kernel } = facts;
  if (index === undefined) return true;
  if (kernel.kind === 'reachable' && kernel.enabled === 'immutable') return true;
  return isLastOfList({ rule, index }, facts) || surelyHeld(facts) !== undefined;
}

function withoutKernelRules({ facts, withdrawn }: TakenOut): Facts {
  const state = presentState(facts);
  if (!state) return facts;
  const { lines, statements } = forecast([], withoutTaken(state, withdrawn), facts);
  return { ...facts, running: { kind: 'known', lines, statements } };
}
