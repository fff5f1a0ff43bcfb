/** Look and judge, said together. */

import { readChanges } from '../apply/journal.ts';
import { listedAs } from '../apply/goal.ts';
import { hasRestarted, isInForce, unsilencedAt } from '../apply/in-force.ts';
import { discover } from '../discover/discover.ts';
import type { Facts } from '../discover/facts.ts';
import { HostFailure } from '../errors.ts';
import { evaluate } from '../evaluate/evaluate.ts';
import type { Finding } from '../evaluate/finding.ts';
import { traceRules, type RuleOrigins } from '../evaluate/rule-origins.ts';
import type { Context } from './context.ts';

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
  const { includeAbsent, format } = options;
  const everyRule = format === 'json';
  const seen = await discover(host, sections, { live, includeAbsent, everyRule, ...look });
  const facts = { ...seen, ...(await historyOf(context, seen)) };
  const findings = evaluate(sections, facts, options);
  return everyRule ? { facts, findings, rules: traceRules(facts) } : { facts, findings };
}

/** What no look tells, and the journal does: what changes of ours brought and took. */
async function historyOf(
  { store, root }: Context,
  { kernel, machine, notes, consumer, world }: Facts,
): Promise<Partial<Facts>> {
  if (kernel.kind !== 'reachable') return {};
  try {
    const changes = await readChanges(store, root);
    const time = unsilencedAt(changes, machine.bootId);
    const inForce = changes.filter((change) => isInForce(change, machine.bootId));
    const added = inForce.flatMap(({ record }) =>
      record.added.map((rule) => listedAs(rule, world)),
    );
    const restarted = inForce.some((change) => hasRestarted(change, consumer));
    return {
      ...(time === undefined ? {} : { unsilencedAt: time }),
      ...(added.length === 0 ? {} : { addedByUs: added }),
      ...(restarted ? { restartedByUs: true } : {}),
    };
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
    return { notes: [...notes, `${cause.message}: what earlier changes did is not known`] };
  }
}
