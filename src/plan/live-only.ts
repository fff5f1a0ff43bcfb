/**
 * Rules that no file may hold, because their place is not there when rules load at boot. They come
 * last: a load and a restart of auditd would drop them. Source: docs/mechanisms.md, at boot.
 */

import { argumentsOf } from '../audit/print.ts';
import type { Permission, Rule } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import type { Argv } from '../host/host.ts';
import { openLedgers, runningStanding } from '../evaluate/ledgers.ts';
import type { Way } from './activation.ts';
import { forecastAdding, newAmong } from './forecast.ts';
import type { Line } from './lines.ts';
import { withKernel } from './paper.ts';
import type { LiveOnly } from './plan.ts';

/** A line that goes to the kernel and into no file. */
export interface LiveLine extends Line {
  /** Why no file may hold it. */
  readonly reason: string;
  /** Without which its control is not met. */
  readonly permissions: readonly Permission[];
}

export interface Lasting {
  /** The way, with the kernel as these rules leave it. */
  readonly way: Way;
  readonly liveOnly: LiveOnly | undefined;
  readonly rules: readonly Rule[];
}

/** @param edited the facts with the edits made, on paper */
export function addLiveOnly(way: Way, lines: readonly LiveLine[], edited: Facts): Lasting {
  const { auditctl } = edited.programs;
  const none: Lasting = { way, liveOnly: undefined, rules: [] };
  if (lines.length === 0 || !way.after || way.activation.kind === 'reboot' || !auditctl)
    return none;
  const loaded = withKernel(edited, way);
  const ledgers = openLedgers(loaded);
  const lacking = lines.filter(
    ({ target, permissions }) =>
      !isSettled(runningStanding([target], permissions, loaded, ledgers).kind),
  );
  const rules = newAmong(
    lacking.map(({ rule }) => rule),
    way.after.state,
    edited.world,
  );
  const added = lacking.filter(({ rule }) => rules.includes(rule));
  if (added.length === 0) return none;
  return {
    way: { ...way, after: forecastAdding(rules, way.after.state, edited) },
    liveOnly: {
      commands: rules.map((rule): Argv => [auditctl, ...argumentsOf(rule)]),
      controls: [...new Set(added.map(({ control }) => control))],
      reason: reasonOf(added),
      tableBefore: way.after.lines,
    },
    rules,
  };
}

/** Covered needs no rule, and one that is added behind what silences it records nothing. */
function isSettled(kind: ReturnType<typeof runningStanding>['kind']): boolean {
  return kind === 'covered' || kind === 'suppressed';
}

function reasonOf(lines: readonly LiveLine[]): string {
  const places = new Map(lines.map(({ target, reason }) => [target.path, reason]));
  const why = [...places].map(([path, reason]) => `no file may hold a rule on ${path}: ${reason}`);
  return `${why.join('; ')}. In force until the next boot or load of the rules; added last, because a load drops it`;
}
