/** A rule read from the kernel's listing as the kernel holds it: nothing is expanded a second time. */

import { watchKind } from './canonical.ts';
import type { Rule, Statement } from './rule.ts';
import { interfaceOf, nativeOf, renameCalls } from './syscalls.ts';
import type { World } from './world.ts';

/** A listing hides whether a watch is on a path or a tree: what stands there now decides. */
export function settle(rule: Rule, world: World): Rule {
  const { syscalls } = rule;
  return {
    ...rule,
    syscalls: syscalls !== 'all' && syscalls.includes('all') ? 'all' : syscalls,
    fields: rule.fields.map((field) =>
      field.kind === 'value' && field.name === 'watch'
        ? { ...field, name: watchKind(field.value, world) }
        : field,
    ),
  };
}

/**
 * The lines of a listing with each rule's calls under their own names: auditctl prints a rule that
 * has no architecture in the names of the last one before it, see listTable.
 */
export function inOwnNames(
  listing: readonly Statement[],
  { machine, version }: Pick<World, 'machine' | 'version'>,
): readonly Statement[] {
  let before: string | undefined;
  return listing.map((statement) => {
    if (statement.kind !== 'rule') return statement;
    const { rule } = statement;
    if (rule.fields.some((field) => field.kind === 'value' && field.name === 'arch')) {
      before = interfaceOf(rule, machine);
      return statement;
    }
    if (before === undefined || rule.list !== 'exit' || rule.syscalls === 'all') return statement;
    const syscalls = renameCalls(rule.syscalls, before, nativeOf(machine), version);
    return { ...statement, rule: { ...rule, syscalls } };
  });
}
