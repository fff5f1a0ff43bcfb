/** Faults of a scenario: rules that the kernel refuses although nothing is wrong with them. */

import type { Statement } from '../../audit/rule.ts';
import type { Machine } from './machine.ts';
import { factsOf, pathsOf } from './world.ts';

/** auditctl's words if the kernel of this host refuses the rule of `statement`. */
export function refusalOf({ tree, state }: Machine, statement: Statement): string | undefined {
  if (statement.kind !== 'rule' || state.refusals.length === 0) return undefined;
  const places = pathsOf(statement.rule).map((path) => factsOf(tree, path).place);
  const found = state.refusals.find(({ path }) => places.some((place) => place === path));
  return found && `Error sending add rule data request (${found.reason})`;
}
