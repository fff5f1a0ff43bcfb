/** Who will notice that a plan is carried out: said before anybody says yes. Pure. */

import { bearingUpon } from '../audit/bearing.ts';
import { covers } from '../audit/covers.ts';
import { indexRules } from '../audit/rule-index.ts';
import type { Permission, RuleStatement } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import type { Onlooker } from '../discover/onlookers.ts';
import { runningStatements } from '../evaluate/provenance.ts';
import { parentOf, type AbsolutePath } from '../paths.ts';
import { counted } from '../text.ts';
import type { Plan, Witness } from './plan.ts';

type Doing = Pick<Plan, 'edits' | 'touches' | 'activation' | 'daemon' | 'liveOnly'>;

/** In the order in which they notice. */
export function witnessesOf(doing: Doing, facts: Facts): readonly Witness[] {
  const { touches, activation, daemon, liveOnly } = doing;
  const commands = [activation, daemon].flatMap((one) => ('commands' in one ? one.commands : []));
  if (touches.length + commands.length === 0 && !liveOnly) return [];
  const programs = [...commands, ...(liveOnly?.commands ?? [])].map(([program]) => program);
  return [
    ...watchers([...touches, ...touches.map(parentOf)], 'w', 'what is written there', facts),
    ...watchers(programs, 'x', 'that it runs', facts),
    ...(programs.length > 0 ? [LOG] : []),
    ...(daemon.kind === 'restart' ? [GAP] : []),
    ...(touches.length > 0 ? facts.onlookers.map(onlooking) : []),
  ];
}

/** Source: CONFIG_CHANGE, op=add_rule and op=remove_rule of kernel/auditfilter.c. */
const LOG: Witness = {
  kind: 'log',
  who: 'audit log',
  what: 'a CONFIG_CHANGE record for each rule that is loaded or taken out',
};

const GAP: Witness = {
  kind: 'gap',
  who: 'all who read events',
  what: 'about a second of events is missed while auditd restarts',
};

/** Rules of the kernel that record it, by their keys: an event is looked for by its key. */
function watchers(
  places: readonly AbsolutePath[],
  permission: Permission,
  records: string,
  facts: Facts,
): readonly Witness[] {
  if (facts.kernel.kind === 'reachable' && facts.kernel.enabled === 'off') return [];
  const asked = [...new Set(places)].map((path) => ({ path, recursive: false }));
  const rules = rulesUpon(asked, permission, facts);
  const byKey = Map.groupBy(rules, ({ rule }) => rule.keys.join(', '));
  return [...byKey].map(([key, [first, ...rest]]) => {
    const rule = `${key === '' ? 'without a key' : `key ${key}`}: '${first?.text.trim() ?? ''}'`;
    const what =
      rest.length === 0
        ? `${rule} records ${records}`
        : `${rule} and ${counted(rest.length, 'more rule')} record ${records}`;
    return { kind: 'rule', who: 'an audit rule', what };
  });
}

function rulesUpon(
  asked: readonly { readonly path: AbsolutePath; readonly recursive: boolean }[],
  permission: Permission,
  facts: Facts,
): readonly RuleStatement[] {
  const { running, world } = facts;
  const table = running.kind === 'known' ? running.statements : [];
  const rules = table.flatMap((one) => (one.kind === 'rule' ? [one.rule] : []));
  const statements =
    runningStatements(
      facts,
      bearingUpon(asked, world, () => rules),
    ) ?? [];
  const index = indexRules(statements, world);
  const found = asked.flatMap(({ path }) => {
    const coverage = covers({ place: path, permissions: [permission] }, index);
    return coverage.kind === 'covered' || coverage.kind === 'partial' ? coverage.by : [];
  });
  const seen = new Map(found.map((statement) => [statement.text, statement]));
  return [...seen.values()].flatMap((one) => (one.kind === 'rule' ? [one] : []));
}

function onlooking(one: Onlooker): Witness {
  switch (one.kind) {
    case 'etckeeper':
      return {
        kind: one.kind,
        who: 'etckeeper',
        what: `commits the change to ${one.repository}, unless other changes of /etc wait there`,
      };
    case 'scanner':
      return {
        kind: one.kind,
        who: one.name,
        what: `reports the changed files if ${one.settings} names them`,
      };
    default:
      return one satisfies never;
  }
}
