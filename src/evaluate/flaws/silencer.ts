/** Which `never` rule takes every event that a rule asks for. Source: kernel/auditfilter.c: first match wins. */

import { accesses, reach } from '../../audit/access.ts';
import { LOCATORS, locatorOf } from '../../audit/locator.ts';
import { meets } from '../../audit/cases.ts';
import { conditionsOf, valuesOf } from '../../audit/match.ts';
import { candidatesFor, indexRules } from '../../audit/rule-index.ts';
import type { Rule, RuleStatement, Statement } from '../../audit/rule.ts';
import type { World } from '../../audit/world.ts';
import { reachedBy } from '../reached.ts';
import { pathFields } from './absent.ts';

/** @param nevers those before `statement` in the kernel's order; undefined if some events get past */
export function silencerOf(
  statement: RuleStatement,
  nevers: readonly RuleStatement[],
  world: World,
): Statement | undefined {
  const whole = nevers.filter((never) => isInWay(never, statement, world));
  const first = whole.find(({ rule }) => takesCallsOf(rule, statement.rule));
  if (first !== undefined || whole.length === 0) return first;
  const { machine } = world;
  const asked = accesses(reachedBy(statement.rule, machine).permissions, machine).filter(
    (access) => reach(statement.rule, access, machine) !== 'none',
  );
  const silencers = asked.map((access) =>
    whole.find(({ rule }) => reach(rule, access, machine) === 'all'),
  );
  // Without a path, calls that have to do with no file are asked for, too.
  const isOfFiles = pathFields(statement).some(({ name }) => name !== 'exe');
  return isOfFiles && silencers.every((one) => one !== undefined) ? silencers[0] : undefined;
}

/** Whether a rule that no condition narrows matches wherever `statement` does, as far as paths go. */
function isInWay(never: RuleStatement, statement: RuleStatement, world: World): boolean {
  const { rule } = never;
  if (meets(conditionsOf(rule)) !== 'always') return false;
  if (rule.fields.every((field) => field.kind === 'compare' || !LOCATORS.has(field.name)))
    return true;
  const asked = locatorOf(statement.rule, world);
  if (asked.kind !== 'entry' && asked.kind !== 'tree') return false;
  const [match] = candidatesFor(indexRules([never], world), asked.place, asked.kind === 'tree');
  if (match?.scope !== 'whole') return false;
  return match.locator.kind !== 'entry' || match.locator.fragile === undefined;
}

/** Whether `never` takes all calls of `rule`, whatever they do. */
function takesCallsOf(never: Rule, rule: Rule): boolean {
  if (valuesOf(never, 'perm').length > 0) return false;
  const [bound] = valuesOf(never, 'arch');
  if (bound !== undefined && valuesOf(rule, 'arch')[0] !== bound) return false;
  const { syscalls } = rule;
  if (never.syscalls === 'all') return true;
  return syscalls !== 'all' && syscalls.every((name) => never.syscalls.includes(name));
}
