/** The host as an undo will leave it, on paper, and what the judge says of it. */

import { parseListing } from '../audit/listing.ts';
import { inOwnNames } from '../audit/settle.ts';
import type { Change } from '../apply/change.ts';
import type { Facts } from '../discover/facts.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import { isBetterVerdict, type Finding } from '../evaluate/finding.ts';
import { withEdit } from '../plan/paper.ts';
import type { Context } from './context.ts';
import type { Survey } from './survey.ts';
import type { Undoing } from './undoing.ts';

export interface AfterUndo {
  /** `auditctl -l`; undefined where no kernel is asked, or it lets nobody change it. */
  readonly lines: readonly string[] | undefined;
  /** Controls that will stand worse than now. */
  readonly worse: readonly Finding[];
}

/** @param goal the table to reach, if it is not the one before the change */
export function afterUndo(
  { sections, options }: Pick<Context, 'sections' | 'options'>,
  { facts, findings }: Survey,
  { edits }: Undoing,
  { record }: Change,
  goal: readonly string[] | undefined,
): AfterUndo {
  const { kernel } = facts;
  const isLocked = kernel.kind === 'reachable' && kernel.enabled === 'immutable';
  const lines = isLocked ? undefined : (goal ?? record.kernel?.listing);
  const files = edits.reduce(withEdit, facts);
  const stops = goal === undefined && record.daemon.action === 'start';
  const paper = lines ? withTable(files, lines, stops) : files;
  const then = evaluate(sections, paper, options);
  const worse = then.filter((finding, at) => {
    const now = findings[at];
    return now !== undefined && isBetterVerdict(now.verdict, finding.verdict);
  });
  return { lines: facts.running.kind === 'known' ? lines : undefined, worse };
}

function withTable(facts: Facts, lines: readonly string[], stops: boolean): Facts {
  const stdout = (lines.length > 0 ? lines : ['No rules']).map((line) => `${line}\n`).join('');
  const listing = parseListing(stdout);
  const listed = listing.kind === 'known' ? listing.statements : [];
  return {
    ...facts,
    running: { kind: 'known', lines, statements: inOwnNames(listed, facts.world) },
    listing: { stdout, exit: 0 },
    consumer: stops ? { kind: 'none' } : facts.consumer,
  };
}
