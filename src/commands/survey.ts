/** Look and judge, said together. */

import type { Change } from '../apply/change.ts';
import { evidenceOf } from '../apply/evidence.ts';
import { readChanges } from '../apply/journal.ts';
import { vanishedFiles } from '../apply/vanished.ts';
import { isOverdue, isWaiting } from '../apply/waiting.ts';
import { discover } from '../discover/discover.ts';
import type { Facts } from '../discover/facts.ts';
import { HostFailure } from '../errors.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Finding } from '../evaluate/finding.ts';
import { traceRules, type RuleOrigins } from '../evaluate/rule-origins.ts';
import type { BootReport } from '../report/boot.ts';
import { waitingNote } from '../report/waiting.ts';
import type { Context } from './context.ts';
import { bootReport } from './boot-report.ts';
import { staleNotes } from './stale-notes.ts';

export interface Survey {
  readonly facts: Facts;
  readonly findings: readonly Finding[];
  /** For a document alone: a text shows what decides. */
  readonly rules?: RuleOrigins;
  /** What a reboot would leave in force, and what the last one did. */
  readonly boot?: BootReport;
  /** By the journal, for whom it may be read: the newest first. */
  readonly changes?: readonly Change[];
}

/**
 * @param look `quick` where only verdicts are wanted
 * @throws HostFailure
 */
export async function survey(
  context: Context,
  look: { readonly quick?: boolean } = {},
): Promise<Survey> {
  const { host, sections, options, live } = context;
  const { includeAbsent, format } = options;
  const everyRule = format === 'json';
  const seen = await discover(host, sections, { live, includeAbsent, everyRule, ...look });
  const { changes = [], ...history } = await historyOf(context, seen);
  const known = { ...seen, ...history };
  const stale = look.quick ? await staleNotes(host, known, sections) : [];
  const facts = stale.length === 0 ? known : { ...known, notes: [...known.notes, ...stale] };
  const findings = evaluate(sections, facts, options);
  const judged = { facts, findings, changes, boot: bootReport(facts, findings, changes) };
  return everyRule ? { ...judged, rules: traceRules(facts) } : judged;
}

/** What the journal tells; without the privilege it is not read. */
async function historyOf(
  { host, store, root, self }: Context,
  facts: Facts,
): Promise<Partial<Facts> & Pick<Survey, 'changes'>> {
  if (facts.kernel.kind === 'unreachable') return {};
  try {
    const changes = await readChanges(store, root);
    const gone = (await vanishedFiles(host, changes)).map(
      ({ path, id }) =>
        `${path} was removed by someone else since change ${id}: a fix writes what is wanting`,
    );
    const waiting = changes
      .filter(isWaiting)
      .map((change) => waitingNote(change, self, isOverdue(change, host.clock.now())));
    return { changes, ...evidenceOf(changes, facts), notes: [...facts.notes, ...gone, ...waiting] };
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
    const note = `${cause.message}: what earlier changes did is not known`;
    return { notes: [...facts.notes, note] };
  }
}
