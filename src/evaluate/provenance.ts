/**
 * Joins the kernel's listing with the files that were loaded. A listing never shows the action of
 * what looks like a watch, so a `never` rule can only be told from its file, and so can a tree from
 * an entry (facts of auditctl -l, audit 2.8.5 to 4.2.1).
 */

import { identityOf } from '../audit/canonical.ts';
import { listRule } from '../audit/listing.ts';
import { load } from '../audit/load.ts';
import { parseRules } from '../audit/parse.ts';
import type { List, Rule, RuleStatement, Statement } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { Facts } from '../discover/facts.ts';
import { listedAs, listOf, loadedStatements, tableOf, type TableLine } from './statements.ts';

/**
 * The kernel's table, each rule with the line that brought it where one is known. Undefined where
 * the kernel is not known.
 * @param isWanted tells of a rule whether it matters; it says the same of all that are listed alike
 * @param written what the files leave in an empty kernel, where it is known already
 */
export function runningStatements(
  facts: Facts,
  isWanted: (rule: Rule) => boolean = () => true,
  written = loadedStatements(facts.persistent.loaded, facts.persistent.statements, isWanted),
): readonly Statement[] | undefined {
  const { running } = facts;
  if (running.kind === 'unknown') return undefined;
  const wanted = running.statements.filter(
    (statement) => statement.kind !== 'rule' || isWanted(statement.rule),
  );
  const alike = Map.groupBy(wanted, ({ text }) => text);
  const sources = sourcesOf(facts, byListing(written, facts.world), isWanted);
  const seen = new Map<string, number>();
  // Asked only where a listed watch has a line: then the order of all rules tells.
  let strays: ReadonlySet<number> | undefined;
  const standsInPlace = placesOf(facts);
  const isStray = (statement: Statement): boolean =>
    isListedAsWatch(statement) &&
    !standsInPlace(statement) &&
    statement.origin.kind === 'kernel' &&
    (strays ??= straysOf(facts)).has(statement.origin.index);
  return wanted.map((statement) => {
    const { text } = statement;
    const nth = seen.get(text) ?? 0;
    seen.set(text, nth + 1);
    const line = sources(text, alike.get(text)?.length ?? 0)[nth];
    if (statement.kind !== 'rule' || line === undefined || isStray(statement)) return statement;
    return { ...statement, rule: line.rule, source: line.origin };
  });
}

/** Whether a listed rule and its neighbours stand just where the files put them: the usual case. */
function placesOf({ persistent, running, world }: Facts): (statement: Statement) => boolean {
  let table: readonly TableLine[] | undefined;
  return ({ origin }) => {
    if (running.kind === 'unknown' || origin.kind !== 'kernel') return false;
    const { lines } = running;
    const loaded = (table ??= tableOf(persistent));
    const isSame = (at: number): boolean => {
      const line = loaded[at];
      return (line && listedAs(line, world)) === lines[at];
    };
    const at = origin.index - 1;
    return loaded.length === lines.length && [at - 1, at, at + 1].every(isSame);
  };
}

/**
 * Listed watches, by their index, that do not stand where their line would have brought them: one
 * that comes later was typed, and may be another rule.
 */
function straysOf(facts: Facts): ReadonlySet<number> {
  const { persistent, running, world, addedByUs } = facts;
  const strays = new Set<number>();
  if (running.kind === 'unknown' || staleSources(facts)) return strays;
  const ours = new Set(addedByUs);
  const table = tableOf(persistent).entries();
  const places = Map.groupBy(table, ([, line]) => listedAs(line, world));
  const seen = new Map<string, number>();
  const last = new Map<List, number>();
  for (const [index, text] of running.lines.entries()) {
    const nth = seen.get(text) ?? 0;
    seen.set(text, nth + 1);
    const [at, line] = places.get(text)?.[nth] ?? [];
    if (at === undefined || line === undefined || ours.has(text)) continue;
    const list = listOf(line);
    const before = last.get(list) ?? -1;
    if (at < before && isListedAsWatch({ text })) strays.add(index + 1);
    else last.set(list, Math.max(at, before));
  }
  return strays;
}

/** Lines that the kernel would list as `text`, in its order, where it lists `count` of them. */
type Sources = (text: string, count: number) => readonly RuleStatement[];

/**
 * What augenrules wrote last is what was loaded, whatever its sources say by now, unless another
 * number is listed than it holds: then rules were typed since. A line that both hold is named by
 * its source, where a person can mend it.
 */
function sourcesOf(
  facts: Facts,
  written: ReadonlyMap<string, readonly RuleStatement[]>,
  isWanted: (rule: Rule) => boolean,
): Sources {
  const { persistent, world } = facts;
  const { generated } = persistent;
  if (generated?.present === undefined || !staleSources(facts))
    return (text) => written.get(text) ?? [];
  const present = generated.stale ?? parseRules(generated.present, generated.path);
  const loaded = byListing(loadedStatements(load(present, world), present, isWanted), world);
  const ours = new Set(facts.addedByUs);
  return (text, count) => {
    const sources = written.get(text) ?? [];
    const lines = loaded.get(text) ?? [];
    // What was not loaded tells nothing of what is listed, unless we brought it there.
    if (lines.length === 0) return ours.has(text) ? sources : [];
    if (lines.length !== count && sources.length === count) return sources;
    return lines.map((line, nth) => sourceOf(line, sources[nth]));
  };
}

function byListing(
  lines: readonly RuleStatement[],
  world: World,
): ReadonlyMap<string, readonly RuleStatement[]> {
  return Map.groupBy(lines, ({ rule }) => listRule(rule, world));
}

function sourceOf(line: RuleStatement, source: RuleStatement | undefined): RuleStatement {
  return source && identityOf(source.rule) === identityOf(line.rule) ? source : line;
}

/** Whether augenrules was not run since its sources changed. */
export function staleSources({ persistent: { generated } }: Facts): boolean {
  return generated !== undefined && generated.present !== generated.next;
}

/**
 * The kernel's rules as they are for sure; undefined where a listed watch stands in no file, for it
 * may be a `never` rule, and may be on a path or on a tree.
 */
export function surelyHeld(facts: Facts): readonly Rule[] | undefined {
  const statements = runningStatements(facts);
  const rules = statements?.map((statement) =>
    statement.kind === 'rule' && !isUnsure(statement) ? statement.rule : undefined,
  );
  return rules?.every((rule) => rule !== undefined) ? rules : undefined;
}

/** Whether only a listing tells of the rule, which may as well say never. */
export function isUnsure(statement: Statement): boolean {
  return (
    statement.kind === 'rule' &&
    statement.origin.kind === 'kernel' &&
    statement.source === undefined &&
    isListedAsWatch(statement)
  );
}

/** Fields in another order, or no path, begin it with the permissions. */
function isListedAsWatch({ text }: Pick<Statement, 'text'>): boolean {
  return text.startsWith('-w ') || text.startsWith(' -p ');
}
