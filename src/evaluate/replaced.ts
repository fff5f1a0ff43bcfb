/**
 * A tree rule follows the directory that was there when it was loaded: one that was renamed or made
 * anew since is not watched, and the listing shows no difference. Source: measured, Linux 6.18.
 */

import type { Coverage, Lack } from '../audit/coverage.ts';
import { locatorOf } from '../audit/locator.ts';
import type { Statement } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { Facts } from '../discover/facts.ts';
import type { AbsolutePath } from '../paths.ts';

/** What covers through a directory that is younger than the last load that is known of. */
export function doubted(
  coverage: Coverage,
  { world, loadedAt }: Pick<Facts, 'world' | 'loadedAt'>,
): Coverage {
  if (coverage.kind !== 'covered' || loadedAt === undefined) return coverage;
  const lacks = coverage.by.flatMap((by): readonly Lack[] => {
    const directory = treeOf(by, world);
    if (directory === undefined) return [];
    const { bornAt } = world.paths.get(directory) ?? {};
    return bornAt !== undefined && bornAt > loadedAt
      ? [{ kind: 'fragile', by, reason: reasonFor(directory) }]
      : [];
  });
  return lacks.length === 0 ? coverage : { kind: 'partial', by: coverage.by, lacks };
}

/** Of a rule that a file brought: one that was typed may be younger. */
function treeOf(by: Statement, world: World): AbsolutePath | undefined {
  if (by.kind !== 'rule' || by.source === undefined) return undefined;
  const locator = locatorOf(by.rule, world);
  return locator.kind === 'tree' ? locator.place : undefined;
}

function reasonFor(directory: AbsolutePath): string {
  return `${directory} was made after the rules were loaded, so the kernel may watch one that was there before: restart auditd, which loads them anew`;
}
