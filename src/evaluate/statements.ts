/** What the loader's lines leave in the kernel, as statements that the judge reads. */

import { listed, type LoadedRule } from '../audit/kernel.ts';
import { listRule } from '../audit/listing.ts';
import type { LoadOutcome } from '../audit/load.ts';
import {
  LISTS,
  type List,
  type Origin,
  type Rule,
  type RuleStatement,
  type Statement,
} from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { Persistent } from '../discover/facts.ts';

/**
 * @param sources the lines that were loaded: a finding shows them as a person wrote them
 * @param isWanted tells of a rule whether it matters
 */
export function loadedStatements(
  { state }: LoadOutcome,
  sources: readonly Statement[],
  isWanted: (rule: Rule) => boolean = () => true,
): readonly RuleStatement[] {
  const wanted = state.table.filter(({ rule }) => isWanted(rule));
  // A loaded rule keeps the origin of its line, the very object.
  const texts = new Map<Origin, string>(wanted.map(({ origin }) => [origin, '']));
  for (const { origin, text } of sources) if (texts.has(origin)) texts.set(origin, text);
  return wanted.map(({ rule, origin }) => ({
    kind: 'rule',
    rule,
    origin,
    text: texts.get(origin) ?? '',
    prepend: false,
    directives: [],
  }));
}

/** A rule that the files leave in the kernel, or how auditctl lists one that was passed over. */
export type TableLine = LoadedRule | string;

/** The files' rules in the order of `auditctl -l`. */
export function tableOf({ loaded, order }: Persistent): readonly TableLine[] {
  const table = listed(loaded.state.table);
  if (order === undefined) return table;
  const stop = loaded.problems.find(({ stops }) => stops)?.statement.origin;
  const reached = stop === undefined ? order : order.slice(0, order.indexOf(stop));
  const byOrigin = Map.groupBy(table, ({ origin }) => origin);
  // A long line is read as several, of one origin.
  const lines = [...new Set(reached)].flatMap((one): readonly TableLine[] =>
    typeof one === 'string' ? [one] : (byOrigin.get(one) ?? []),
  );
  const byList = Map.groupBy(lines, listOf);
  return LISTS.flatMap((list) => byList.get(list) ?? []);
}

/** Only rules on files are passed over. */
export function listOf(line: TableLine): List {
  return typeof line === 'string' ? 'exit' : line.rule.list;
}

/** As `auditctl -l` shows it. */
export function listedAs(line: TableLine, world: World): string {
  return typeof line === 'string' ? line : listRule(line.rule, world);
}

/** One word for a line of a file. */
export function originKey(origin: Origin): string {
  return origin.kind === 'file' ? `${origin.file}:${origin.line}` : origin.kind;
}
