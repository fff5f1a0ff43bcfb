/** Where a rule points on a host: one entry, a tree, everything, or nothing that is there. */

import type { AbsolutePath } from '../paths.ts';
import type { Rule } from './rule.ts';
import type { PathFacts, World } from './world.ts';

/** Fields that say which files a rule is about: a rule has one of them at most. */
export const LOCATORS: ReadonlySet<string> = new Set(['path', 'dir', 'watch']);

/** Fields whose value the kernel looks up. */
export const PATH_FIELDS: ReadonlySet<string> = new Set([...LOCATORS, 'exe']);

export type Locator =
  /** Names no path, so every path. */
  | { readonly kind: 'anywhere' }
  /** Its path leads nowhere now. */
  | { readonly kind: 'nowhere' }
  | {
      readonly kind: 'entry';
      readonly place: AbsolutePath;
      /** As the rule writes it: the kernel keeps one watch for each spelling. */
      readonly spelling: string;
      /** Why it stops naming the place at a known occasion, if so. */
      readonly fragile?: string;
    }
  /** A directory and all below it. */
  | { readonly kind: 'tree'; readonly place: AbsolutePath };

/** Source: audit_add_watch and audit_add_tree_rule, Linux 6.18; a rule has one of them at most. */
export function locatorOf(rule: Rule, world: World): Locator {
  for (const field of rule.fields) {
    if (field.kind !== 'value') continue;
    const { name, value } = field;
    if (name === 'path' || name === 'dir' || name === 'watch') return locate(name, value, world);
  }
  return { kind: 'anywhere' };
}

function locate(name: 'path' | 'dir' | 'watch', spelling: string, world: World): Locator {
  const facts = world.paths.get(spelling);
  if (facts?.place === undefined) return { kind: 'nowhere' };
  const entry = { kind: 'entry', place: facts.place, spelling } as const;
  if (name === 'path') return entry;
  // Neither the link nor what it leads to is seen by such a rule; measured.
  if (isLinkToDirectory(facts) && !(name === 'dir' && spelling.endsWith('/')))
    return { kind: 'nowhere' };
  const directory = directoryOf(name, spelling, facts);
  if (directory !== undefined) return { kind: 'tree', place: directory };
  if (name === 'watch') return entry;
  return { ...entry, fragile: 'dir= on a file is dead once the file is replaced' };
}

/** The directory that a tree rule watches: a final link is followed only as `-F dir=/link/`. */
function directoryOf(name: string, text: string, facts: PathFacts): AbsolutePath | undefined {
  if (facts.kind === 'directory') return facts.place;
  const followed = name === 'dir' && text.endsWith('/') && facts.target?.kind === 'directory';
  return followed ? facts.target?.place : undefined;
}

function isLinkToDirectory({ kind, target }: PathFacts): boolean {
  return kind === 'symlink' && target?.kind === 'directory';
}
