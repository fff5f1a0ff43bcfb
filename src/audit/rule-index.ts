/**
 * A table of rules, put in order once, so that each place asks only those that can matter to it.
 * Source: kernel/auditfilter.c of Linux 6.18: the first match of an event wins, in order of load.
 */

import { isWithin, parentOf, type AbsolutePath } from '../paths.ts';
import { locatorOf, type Locator } from './locator.ts';
import { isDeaf } from './access.ts';
import { meets, type Met } from './cases.ts';
import { conditionsOf, silencesRecords } from './match.ts';
import type { Field, RuleStatement, Statement } from './rule.ts';
import type { World } from './world.ts';

/** A rule of the list exit, and what is always asked of it. */
export interface IndexedRule {
  readonly order: number;
  readonly by: RuleStatement;
  readonly locator: Locator;
  readonly conditions: readonly Field[];
}

export interface RuleIndex {
  readonly world: World;
  /** A rule that keeps every file rule from leaving a record, if any. */
  readonly quiet: RuleStatement | undefined;
  /** A rule that keeps the kernel from learning a path, so that no rule with one matches, if any. */
  readonly blinding: RuleStatement | undefined;
  /** Rules that do either for some tasks, events or files. */
  readonly quieting: readonly RuleStatement[];
  readonly anywhere: readonly IndexedRule[];
  readonly entries: ReadonlyMap<AbsolutePath, readonly IndexedRule[]>;
  readonly trees: ReadonlyMap<AbsolutePath, readonly IndexedRule[]>;
  /** Rules that say never of some place: they also count for what lies above it. */
  readonly nevers: readonly IndexedRule[];
}

/** How a rule's place lies to the place that is asked about. */
export type Scope =
  /** It is the place, or a tree that holds it. */
  | 'whole'
  /** It is the directory itself, where all below is asked for, too. */
  | 'top'
  /** It lies below the directory that is asked for with all below. */
  | 'below'
  /** It is the directory that holds the place: creation, renaming and removal name it, too. */
  | 'parent';

export interface Candidate extends IndexedRule {
  readonly scope: Scope;
}

/** @param table in the kernel's order */
export function indexRules(table: readonly Statement[], world: World): RuleIndex {
  const anywhere: IndexedRule[] = [];
  const nevers: IndexedRule[] = [];
  const quieting: RuleStatement[] = [];
  const entries = new Map<AbsolutePath, IndexedRule[]>();
  const trees = new Map<AbsolutePath, IndexedRule[]>();
  let quiet: RuleStatement | undefined;
  let blinding: RuleStatement | undefined;
  const tasks: Met[] = [];
  for (const [order, by] of table.entries()) {
    if (by.kind !== 'rule') continue;
    if (by.rule.list !== 'exit') {
      // The first rule that matches a task decides it.
      if (by.rule.list === 'task' && tasks.includes('always')) continue;
      const silence = silencesRecords(by.rule);
      const isLate = by.rule.list === 'task' && tasks.includes('sometimes');
      if (by.rule.list === 'task' && by.rule.action === 'always') tasks.push(meets(by.rule.fields));
      if (silence === 'sometimes' || (silence === 'always' && isLate)) quieting.push(by);
      else if (silence === 'always' && by.rule.list === 'filesystem') blinding ??= by;
      else if (silence === 'always') quiet ??= by;
      continue;
    }
    const met = meets(conditionsOf(by.rule));
    if (met === 'never' || isDeaf(by.rule, world.machine)) continue;
    const locator = locatorOf(by.rule, world);
    const conditions = met === 'always' ? [] : conditionsOf(by.rule);
    const indexed = { order, by, locator, conditions };
    if (locator.kind === 'nowhere' || isMountedOver(locator, world)) continue;
    if (locator.kind === 'anywhere') {
      anywhere.push(indexed);
      continue;
    }
    put(locator.kind === 'tree' ? trees : entries, locator.place, indexed);
    if (by.rule.action === 'never') nevers.push(indexed);
  }
  return { world, quiet, blinding, quieting, anywhere, entries, trees, nevers };
}

/**
 * An entry is looked up in its directory: where a mount begins it is what lies below the mount.
 * Measured with a file mounted on another, before and after the rule was loaded.
 */
function isMountedOver(locator: Locator, { paths }: World): boolean {
  return locator.kind === 'entry' && paths.get(locator.place)?.mount === locator.place;
}

function put(
  map: Map<AbsolutePath, IndexedRule[]>,
  place: AbsolutePath,
  indexed: IndexedRule,
): void {
  const present = map.get(place);
  if (present) present.push(indexed);
  else map.set(place, [indexed]);
}

/** The rules that can decide about `place`, in their order. */
export function candidatesFor(
  index: RuleIndex,
  place: AbsolutePath,
  recursive: boolean,
): readonly Candidate[] {
  const top: Scope = recursive ? 'top' : 'whole';
  const found: Candidate[] = [];
  const add = (rules: readonly IndexedRule[] | undefined, scope: Scope): void => {
    for (const rule of rules ?? []) found.push({ ...rule, scope });
  };
  add(index.anywhere, 'whole');
  add(index.entries.get(place), top);
  for (const directory of ancestorsOf(place))
    if (isOnSameMount(directory, place, index.world)) add(index.trees.get(directory), 'whole');
  const parent = parentOf(place);
  for (const never of index.nevers) {
    if (never.locator.kind !== 'entry' && never.locator.kind !== 'tree') continue;
    const at = never.locator.place;
    if (never.locator.kind === 'entry' && at === parent && at !== place) add([never], 'parent');
    if (recursive && at !== place && isWithin(at, place)) add([never], 'below');
  }
  return found.toSorted((one, other) => one.order - other.order);
}

/** From the place itself up to the root. */
function ancestorsOf(place: AbsolutePath): readonly AbsolutePath[] {
  const found = [place];
  for (let at = place; at !== '/';) {
    at = parentOf(at);
    found.push(at);
  }
  return found;
}

/** Tree rules stop at mount points below them. Source: facts of audit_tag_tree, Linux 6.18. */
function isOnSameMount(directory: AbsolutePath, place: AbsolutePath, { paths }: World): boolean {
  const above = paths.get(directory);
  const here = paths.get(place);
  if (above?.mount !== undefined && here?.mount !== undefined) return above.mount === here.mount;
  return above?.device === here?.device;
}
