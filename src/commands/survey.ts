/** Look and judge, said together. */

import { evidenceOf } from '../apply/evidence.ts';
import { readChanges } from '../apply/journal.ts';
import { discover } from '../discover/discover.ts';
import type { Facts } from '../discover/facts.ts';
import { HostFailure } from '../errors.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Finding } from '../evaluate/finding.ts';
import { traceRules, type RuleOrigins } from '../evaluate/rule-origins.ts';
import type { Context } from './context.ts';
import { staleNotes } from './stale-notes.ts';

export interface Survey {
  readonly facts: Facts;
  readonly findings: readonly Finding[];
  /** For a document alone: a text shows what decides. */
  readonly rules?: RuleOrigins;
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
  const { includeAbsent } = options;
  const seen = await discover(host, sections, { live, includeAbsent, ...look });
  const known = { ...seen, ...(await historyOf(context, seen)) };
  const stale = look.quick ? await staleNotes(host, known, sections) : [];
  const facts = stale.length === 0 ? known : { ...known, notes: [...known.notes, ...stale] };
  const findings = evaluate(sections, facts, options);
  return options.format === 'json'
    ? { facts, findings, rules: traceRules(facts) }
    : { facts, findings };
}

/** What the journal tells; without the privilege it is not read. */
async function historyOf({ store, root }: Context, facts: Facts): Promise<Partial<Facts>> {
  if (facts.kernel.kind === 'unreachable') return {};
  try {
    return evidenceOf(await readChanges(store, root), facts);
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
    const note = `${cause.message}: what earlier changes did is not known`;
    return { notes: [...facts.notes, note] };
  }
}
