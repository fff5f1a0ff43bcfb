/** What the kernel would hold after a reload, and after a boot, if nothing else happened now. Pure. */

import { listTable, type KernelState, type KernelStatus, type Problem } from '../audit/load.ts';
import type { Facts } from '../discover/facts.ts';
import { forecast, presentState } from './forecast.ts';

export interface Prospect {
  /** Rules that it would then hold, as `auditctl -l` counts them. */
  readonly count: number;
  /** Of `auditctl -l`: lines that come, and lines that go. */
  readonly come: readonly string[];
  readonly go: readonly string[];
  /** Settings that change, such as `failure 1 → 2`. */
  readonly settings: readonly string[];
  /** Where the load would end early, and why. */
  readonly stop?: { readonly where: string; readonly reason: string };
}

/** Undefined where nothing could be reloaded: no loader, no kernel, or an immutable one. */
export function afterReload(facts: Facts): Prospect | undefined {
  const { kernel, mechanism, persistent } = facts;
  const state = presentState(facts);
  if (!state || mechanism.kind === 'none') return undefined;
  if (kernel.kind !== 'reachable' || kernel.enabled === 'immutable') return undefined;
  const after = forecast(persistent.statements, state, facts);
  return prospect(facts, after.state, after.stop);
}

/** What the loader leaves in an empty kernel; nothing, where nobody runs it. */
export function afterBoot(facts: Facts): Prospect {
  const { mechanism, persistent } = facts;
  const isLoaded = mechanism.kind !== 'none' && mechanism.idleAtBoot === undefined;
  const { state, problems } = persistent.atBoot;
  if (!isLoaded) return prospect(facts, { ...state, table: [] }, undefined);
  return prospect(
    facts,
    state,
    problems.find(({ stops }) => stops),
  );
}

function prospect(facts: Facts, state: KernelState, stop: Problem | undefined): Prospect {
  const { running, kernel, world } = facts;
  const lines = state.table.length === 0 ? [] : listTable(state, world);
  // Where the kernel was not asked, nothing is known to come or go.
  const now = running.kind === 'known' ? running.lines : lines;
  const origin = stop?.statement.origin;
  return {
    count: lines.length,
    come: without(lines, now),
    go: without(now, lines),
    settings: kernel.kind === 'reachable' ? changed(kernel.status, state.status) : [],
    ...(stop && {
      stop: {
        where: origin?.kind === 'file' ? `${origin.file}:${origin.line}` : stop.statement.text,
        reason: stop.reason,
      },
    }),
  };
}

/** Each line as often as `others` do not have it. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

function changed(before: KernelStatus, after: KernelStatus): readonly string[] {
  const pairs: readonly (readonly [string, number, number])[] = [
    ['enabled', before.enabled, after.enabled],
    ['failure', before.failure, after.failure],
    ['rate_limit', before.rateLimit, after.rateLimit],
  ];
  return pairs.flatMap(([name, was, is]) => (was === is ? [] : [`${name} ${was} → ${is}`]));
}
