/** How the edits reach the kernel: a reload that changes nothing but ours, or ours alone. */

import { argumentsOf, asHeld, deleteArgumentsOf } from '../audit/print.ts';
import type { KernelState } from '../audit/load.ts';
import type { Rule } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import type { Argv } from '../host/host.ts';
import {
  forecast,
  forecastAdding,
  gained,
  newAmong,
  presentState,
  withoutTaken,
  type Forecast,
} from './forecast.ts';
import { objectionTo } from './objection.ts';
import { daemonAfterLoad, leave } from './daemon-after-load.ts';
import type { Activation, Daemon } from './plan.ts';
import { loadWords, oneByOneWords, type Taken } from './taken.ts';

export interface ActivationOptions {
  /** `needless` where rules only go: then no daemon is started either. */
  readonly restart: 'auto' | 'always' | 'never' | 'needless';
  /** Reload even where it changes more than ours. */
  readonly reload: boolean;
}

export interface Way {
  readonly activation: Activation;
  readonly daemon: Daemon;
  /** What the kernel will hold; undefined where none was asked. */
  readonly after: Forecast | undefined;
  readonly notes: readonly string[];
}

/**
 * @param facts with the edits already made, on paper
 * @param ours rules that the chosen controls rest upon, whether or not the kernel holds them
 * @param edited whether a file changes
 * @param taken what is taken out
 */
export function chooseWay(
  facts: Facts,
  ours: readonly Rule[],
  edited: boolean,
  taken: readonly Taken[],
  options: ActivationOptions,
): Way {
  const { kernel, consumer } = facts;
  const full = presentState(facts);
  if (kernel.kind === 'notAsked')
    return still(
      'files only: the image loads them when it boots',
      leave('no daemon runs in an image'),
    );
  if (kernel.kind !== 'reachable' || !full)
    return still('the kernel cannot be reached', leave('the kernel cannot be reached'));
  if (kernel.enabled === 'immutable') {
    const reason = 'the kernel is immutable (enabled 2) until the next boot';
    return {
      activation: { kind: 'reboot', reason },
      daemon: leave('auditd is left as it is'),
      after: forecast([], full, facts),
      notes: [],
    };
  }
  const state = withoutTaken(full, taken);
  const present = forecast([], state, facts);
  const removals = taken.filter(({ index }) => index !== undefined);
  const oursAdded = forecastAdding(ours, state, facts);
  const wanted = gained(present.lines, oursAdded.lines) ?? [];
  const starts =
    consumer.kind === 'none' && facts.restart.start.length > 0 && options.restart !== 'needless';
  if (wanted.length + removals.length === 0 && !edited && !starts)
    return {
      ...still('the kernel holds the rules already', leave('nothing changes')),
      after: present,
    };

  const reloaded = forecast(facts.persistent.statements, full, facts);
  const objection = objectionTo(reloaded, present, wanted, facts, starts);
  if (objection !== undefined && !(options.reload && reloaded.exit === 0))
    return byAdding(facts, removals, ours, state, oursAdded, objection);
  const what = loadWords(wanted.length > 0 || taken.length === 0, removals);
  return byLoading(facts, present, reloaded, objection, starts, options, what);
}

function still(reason: string, daemon: Daemon): Way {
  return { activation: { kind: 'none', reason }, daemon, after: undefined, notes: [] };
}

function byLoading(
  facts: Facts,
  present: Forecast,
  after: Forecast,
  objection: string | undefined,
  starts: boolean,
  options: ActivationOptions,
  what: string,
): Way {
  const { mechanism } = facts;
  const commands: readonly Argv[] = mechanism.kind === 'none' ? [] : [mechanism.load];
  const reason =
    objection === undefined
      ? `the host's own loader ${what} and changes nothing else`
      : `--reload: ${objection}`;
  return {
    activation: { kind: 'load', commands, reason },
    daemon: daemonAfterLoad(facts, after, starts, options),
    after,
    notes: objection === undefined ? [] : reloadNotes(objection, present, after),
  };
}

function byAdding(
  facts: Facts,
  removals: readonly Taken[],
  ours: readonly Rule[],
  state: KernelState,
  after: Forecast,
  reason: string,
): Way {
  const fresh = newAmong(ours, state, facts.world);
  const words = [
    ...removals.map(({ rule }) => deleteArgumentsOf(asHeld(rule))),
    ...fresh.map(argumentsOf),
  ];
  const { auditctl } = facts.programs;
  const commands = auditctl ? words.map((args): Argv => [auditctl, ...args]) : [];
  const what = oneByOneWords(removals, fresh.length > 0);
  return {
    activation:
      commands.length > 0
        ? { kind: 'add', commands, reason: `${reason}; so ${what} one by one` }
        : { kind: 'none', reason: `nothing is reloaded: ${reason}` },
    daemon: leave('auditd is left as it is'),
    after,
    notes: [],
  };
}

/** What `--reload` insists upon; some of it no rollback can take back. */
function reloadNotes(
  objection: string,
  present: Forecast,
  { status, lines }: Forecast,
): readonly string[] {
  const lasting = status.enabled === 2 || status.loginuidImmutable;
  const unsure = present.lines.filter((line) => line.startsWith('-w ') && !lines.includes(line));
  return [
    `--reload was asked for, although ${objection}`,
    ...(lasting ? ['it cannot be undone until the host reboots'] : []),
    ...unsure.map(
      (line) =>
        `a rollback will not bring back '${line}': a listing does not tell never from always`,
    ),
  ];
}
