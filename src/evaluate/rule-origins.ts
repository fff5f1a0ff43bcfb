/** Where each rule comes from: a running one from which line, a line of the files into the kernel or not. */

import type { Origin, Statement } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import { nameOf } from './lack-words.ts';
import { runningStatements, staleSources } from './provenance.ts';
import { originKey } from './statements.ts';

/** One rule of the kernel's table; without a source only the kernel holds it. */
export interface RunningOrigin {
  /** Place in the table, from 1. */
  readonly index: number;
  readonly text: string;
  readonly source: Origin | undefined;
}

/** One rule line that the host's loader reads. */
export interface PersistentOrigin {
  readonly origin: Origin;
  readonly text: string;
  /** Whether the kernel holds it now; undefined where it was not asked. */
  readonly loaded: boolean | undefined;
  /** Why not. */
  readonly reason?: string;
}

export interface RuleOrigins {
  readonly running: readonly RunningOrigin[];
  readonly persistent: readonly PersistentOrigin[];
}

/** Each rule of the kernel, and each rule line of the files that its loader reads. */
export function traceRules(facts: Facts): RuleOrigins {
  const running = runningStatements(facts);
  const sources = running?.map((statement) =>
    statement.kind === 'rule' ? statement.source : undefined,
  );
  const held = new Set(sources?.flatMap((source) => (source ? [originKey(source)] : [])));
  const reasonFor = reasons(facts);
  const lines = facts.persistent.statements.filter(isRuleLine);
  return {
    running: (running ?? []).map(({ text }, at) => ({
      index: at + 1,
      text,
      source: sources?.[at],
    })),
    persistent: lines.map((line) => {
      const { origin, text } = line;
      if (held.has(originKey(origin))) return { origin, text, loaded: true };
      return { origin, text, loaded: running && false, reason: reasonFor(line) };
    }),
  };
}

/** What auditctl refuses as a rule is a rule line all the same. */
function isRuleLine({ kind, text }: Statement): boolean {
  return kind === 'rule' || (kind === 'unreadable' && /^\s*-[aAw]/.test(text));
}

function reasons(facts: Facts): (line: Statement) => string {
  const { kernel, persistent } = facts;
  const { problems, unreached, state } = persistent.loaded;
  const refused = new Map(problems.map((one) => [originKey(one.statement.origin), one.reason]));
  const left = new Set(unreached.map(({ origin }) => originKey(origin)));
  const kept = new Set(state.table.map(({ origin }) => originKey(origin)));
  const stop = problems.find(({ stops }) => stops);
  return ({ origin }) => {
    const key = originKey(origin);
    const why = refused.get(key);
    if (why !== undefined) return `it does not load: ${why}`;
    if (left.has(key) && stop) return `${nameOf(stop.statement)} stops the load before it`;
    if (!kept.has(key)) return 'a later line takes it out again';
    if (kernel.kind === 'notAsked') return 'the kernel was not asked';
    if (kernel.kind === 'unreachable') return kernel.reason;
    if (kernel.enabled === 'immutable') return 'it waits for a reboot: the kernel is immutable';
    return staleSources(facts)
      ? 'augenrules was not run since the files changed'
      : 'it was not loaded since it was written, or the kernel dropped it with its directory';
  };
}
