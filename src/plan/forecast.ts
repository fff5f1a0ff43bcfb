/** What the kernel will hold after one way or another of loading. Pure. */

import { listRule, listTable } from '../audit/listing.ts';
import { load, type KernelState, type LoadOutcome, type Problem } from '../audit/load.ts';
import type { Rule, Statement } from '../audit/rule.ts';
import { settle } from '../audit/settle.ts';
import type { KernelStatus } from '../audit/status.ts';
import type { World } from '../audit/world.ts';
import type { Facts } from '../discover/facts.ts';

export interface Forecast {
  /** How the loader would end: behind `-i` it passes over faulty lines and exits 0. */
  readonly exit: LoadOutcome['exit'];
  /** The line at which it would leave the rest unread, if any. */
  readonly stop: Problem | undefined;
  readonly lines: readonly string[];
  readonly statements: readonly Statement[];
  readonly status: KernelStatus;
  readonly state: KernelState;
}

/** The kernel as it is now, as `load` takes it; undefined where it is not known. */
export function presentState(facts: Facts): KernelState | undefined {
  const { kernel, running, world } = facts;
  if (kernel.kind !== 'reachable' || running.kind !== 'known') return undefined;
  const table = running.statements.flatMap((statement) =>
    statement.kind === 'rule'
      ? [{ rule: settle(statement.rule, world), origin: statement.origin }]
      : [],
  );
  return { table, status: kernel.status };
}

/** `state` without what is taken out; each is known by its place in the listing. */
export function withoutTaken(
  state: KernelState,
  taken: readonly { readonly index?: number }[],
): KernelState {
  const gone = new Set(taken.map(({ index }) => index));
  const table = state.table.filter(
    ({ origin }) => origin.kind !== 'kernel' || !gone.has(origin.index),
  );
  return { ...state, table };
}

/** After `statements` were loaded on top of `state`. */
export function forecast(
  statements: readonly Statement[],
  state: KernelState,
  facts: Facts,
): Forecast {
  const outcome = load(statements, facts.world, state);
  return {
    exit: outcome.exit,
    stop: outcome.problems.find(({ stops }) => stops),
    state: outcome.state,
    lines: outcome.state.table.length === 0 ? [] : listTable(outcome.state, facts.world),
    statements: outcome.state.table.map(({ rule, origin }) => ({
      ...asArgument(rule),
      origin,
      text: listRule(rule, facts.world),
    })),
    status: outcome.state.status,
  };
}

/** After each of `rules` was given to `auditctl`; one that is there already changes nothing. */
export function forecastAdding(rules: readonly Rule[], state: KernelState, facts: Facts): Forecast {
  const after = rules.reduce(
    (present, rule) => load([asArgument(rule)], facts.world, present).state,
    state,
  );
  return forecast([], after, facts);
}

/** Those of `rules` that the kernel would gain, each once. */
export function newAmong(
  rules: readonly Rule[],
  state: KernelState,
  world: World,
): readonly Rule[] {
  const gain: Rule[] = [];
  let present = state;
  for (const rule of rules) {
    const outcome = load([asArgument(rule)], world, present);
    if (outcome.exit === 0) gain.push(rule);
    present = outcome.state;
  }
  return gain;
}

function asArgument(rule: Rule): Statement {
  return {
    kind: 'rule',
    rule,
    origin: { kind: 'argument' },
    text: '',
    prepend: false,
    directives: [],
  };
}

/** What stands in `after` beside all of `before` in its order; undefined if `before` is not all there. */
export function gained(
  before: readonly string[],
  after: readonly string[],
): readonly string[] | undefined {
  const more: string[] = [];
  let next = 0;
  for (const line of after) {
    if (next < before.length && line === before[next]) next++;
    else more.push(line);
  }
  return next === before.length ? more : undefined;
}

/** Directives that a reload would put in force and that are not ours to bring. */
export function hazards(before: KernelStatus, after: KernelStatus): readonly string[] {
  const found: string[] = [];
  if (after.enabled !== before.enabled && after.enabled !== 1) found.push(`-e ${after.enabled}`);
  if (after.failure !== before.failure && after.failure === 2) found.push('-f 2');
  if (after.rateLimit !== before.rateLimit) found.push(`-r ${after.rateLimit}`);
  if (after.loginuidImmutable && !before.loginuidImmutable) found.push('--loginuid-immutable');
  return found;
}
