/** What keeps a rule silent on this host, and where its twins stand: kernel and files as one. */

import { canonical, identityOf } from '../../audit/canonical.ts';
import { listRule } from '../../audit/listing.ts';
import { silencesRecords } from '../../audit/match.ts';
import type { List, Origin, Rule, RuleStatement } from '../../audit/rule.ts';
import { settle } from '../../audit/settle.ts';
import type { World } from '../../audit/world.ts';
import type { Facts } from '../../discover/facts.ts';
import { silencerOf } from '../flaws/silencer.ts';
import { runningStatements } from '../provenance.ts';
import { loadedStatements, originKey } from '../statements.ts';
import type { RuleMeaning, Silence } from './meaning.ts';

/** The rules in force: the kernel's, told by file and line where a file has them; else the files'. */
function tableOf(facts: Facts): readonly RuleStatement[] {
  const { persistent, world } = facts;
  const written = loadedStatements(persistent.loaded, persistent.statements);
  const running = runningStatements(facts);
  if (running === undefined) return written;
  const lines = new Map(written.map((line) => [originKey(line.origin), line]));
  return running.flatMap((statement) => {
    if (statement.kind !== 'rule') return [];
    const { source, rule } = statement;
    if (source === undefined) return [{ ...statement, rule: settle(rule, world) }];
    return [lines.get(originKey(source)) ?? { ...statement, origin: source }];
  });
}

/** What `statement` is silenced by, whether it is loaded or would be added last. */
export function silencesOf(
  statement: RuleStatement,
  sent: Rule | undefined,
  facts: Facts,
  world: World,
): readonly Silence[] {
  if (!isAsking(statement)) return [];
  const table = tableOf(facts);
  const at = sent === undefined ? -1 : table.findIndex((one) => isSame(one.rule, sent));
  const before = table
    .slice(0, at < 0 ? table.length : at)
    .filter((one) => one.rule.list === 'exit' && one.rule.action === 'never');
  const never = silencerOf(statement, before, world);
  const { kernel } = facts;
  return [
    ...(kernel.kind === 'reachable' && kernel.enabled === 'off' ? [SWITCHED_OFF] : []),
    ...table.flatMap((one) => quiet(one)),
    ...(never === undefined
      ? []
      : [
          {
            origin: never.origin,
            text: never.text,
            reason: 'says never for the same events, and the first match wins',
          },
        ]),
  ];
}

/** The rules of the host for which `statement` has the last word, where it is now. */
export function silencedOf(
  statement: RuleStatement,
  sent: Rule | undefined,
  facts: Facts,
  world: World,
): RuleMeaning['silences'] {
  const { rule } = statement;
  const table = tableOf(facts);
  if (silencesRecords(rule) === 'always') return table.filter(isAsking);
  const at = sent === undefined ? -1 : table.findIndex((one) => isSame(one.rule, sent));
  if (rule.action !== 'never' || rule.list !== 'exit' || at < 0) return [];
  return table
    .slice(at)
    .filter((one) => isAsking(one) && silencerOf(one, [statement], world) !== undefined);
}

function isAsking({ rule }: RuleStatement): boolean {
  return rule.list === 'exit' && rule.action === 'always';
}

const SWITCHED_OFF: Silence = {
  origin: { kind: 'state' },
  text: 'enabled 0',
  reason: 'auditing is switched off: rules are listed and nothing fires',
};

const DEEDS: Partial<Record<List, string>> = {
  task: 'gives tasks that start no audit context',
  exclude: 'drops the SYSCALL records',
  filesystem: 'keeps the kernel from learning which files a call is about',
};

function quiet({ rule, origin, text }: RuleStatement): readonly Silence[] {
  const how = silencesRecords(rule);
  if (how === 'no') return [];
  const part = how === 'sometimes' ? ', for what meets its conditions' : '';
  return [{ origin, text, reason: `${DEEDS[rule.list] ?? ''}${part}` }];
}

/** Whether the kernel holds the rule, and which lines of the files say it. */
export function standingOf(
  sent: Rule | undefined,
  { running, persistent, world, mechanism }: Facts,
): Pick<RuleMeaning, 'running' | 'written' | 'unreadFiles'> {
  const written: readonly Origin[] = persistent.statements.flatMap((one) => {
    if (sent === undefined || one.kind !== 'rule') return [];
    const other = canonical(one.rule, world);
    return 'value' in other && isSame(other.value, sent) ? [one.origin] : [];
  });
  const unread = mechanism.kind === 'none' ? { unreadFiles: mechanism.reason } : {};
  if (running.kind === 'unknown') return { running: 'unknown', written, ...unread };
  const held = running.statements.some(
    (one) => one.kind === 'rule' && sent !== undefined && isListed(one, sent, world),
  );
  return { running: held ? 'yes' : 'no', written, ...unread };
}

/** A listing tells neither the action of a watch nor path from dir: its text decides. */
function isListed({ text }: RuleStatement, sent: Rule, world: World): boolean {
  return text === listRule(sent, world);
}

function isSame(one: Rule, other: Rule): boolean {
  return identityOf(one) === identityOf(other);
}
