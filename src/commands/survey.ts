/** Look and judge, said together. */

import { discover } from '../discover/discover.ts';
import type { Facts } from '../discover/facts.ts';
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

/** @throws HostFailure */
export async function survey(context: Context): Promise<Survey> {
  const { host, sections, options, live } = context;
  const facts = await discover(host, sections, { live, includeAbsent: options.includeAbsent });
  const findings = evaluate(sections, facts, options);
  return options.format === 'json'
    ? { facts, findings, rules: traceRules(facts) }
    : { facts, findings };
}
