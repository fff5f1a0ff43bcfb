/** What happens at the place of a rule and is not recorded by it. Source: docs/coverage.md. */

import { accesses, architecturesOn, reach } from '../../audit/access.ts';
import type { Permission, RuleStatement } from '../../audit/rule.ts';
import { PERMISSIONS } from '../../audit/vocabulary.ts';
import type { World } from '../../audit/world.ts';
import { reachedBy } from '../reached.ts';
import type { Watched } from './meaning.ts';

const KINDS: Readonly<Record<Permission, string>> = {
  r: 'reading (r)',
  w: 'writing (w)',
  x: 'executing (x)',
  a: 'changing owner, mode and other attributes (a)',
};

/** In words, for a rule that records. */
export function missesOf(
  { rule }: RuleStatement,
  watched: Watched,
  conditions: readonly string[],
  world: World,
): readonly string[] {
  if (rule.list !== 'exit' || rule.action !== 'always') return [];
  const { permissions, architectures } = reachedBy(rule, world.machine);
  const some = accesses(permissions, world.machine).filter(
    (access) => reach(rule, access, world.machine) === 'some',
  );
  const lacking = PERMISSIONS.filter((one) => !permissions.includes(one));
  const parts = permissions.filter((one) => some.some(({ permission }) => permission === one));
  const others = architecturesOn(world.machine).filter((one) => !architectures.includes(one));
  return [
    ...(permissions.length === 0 ? [] : lacking.map((one) => KINDS[one])),
    ...parts.map((one) => `${KINDS[one]} by calls that it does not name`),
    ...others.map((one) => `all that is done through the ${one} interface`),
    ...placeMisses(watched),
    ...(conditions.length === 0 ? [] : ['events that do not meet its conditions']),
  ];
}

function placeMisses(watched: Watched): readonly string[] {
  if (watched.kind === 'everything') return [];
  const { path, facts, kind } = watched;
  if (facts.kind === 'symlink' && !path.endsWith('/'))
    return [`what lies behind the link${facts.target ? `, ${facts.target.place}` : ''}`];
  if (kind === 'tree')
    return facts.kind === 'directory'
      ? ['file systems that are mounted below it after it was loaded']
      : ['the file, once it is replaced by another of its name'];
  return facts.kind === 'directory' ? ['writing to files in it, and all that lies deeper'] : [];
}
