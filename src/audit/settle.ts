/** A rule read from the kernel's listing as the kernel holds it: nothing is expanded a second time. */

import { watchKind } from './canonical.ts';
import type { Rule } from './rule.ts';
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
