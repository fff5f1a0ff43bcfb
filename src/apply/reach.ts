/** Which rules have to be in the table once an undo is done, and which stand there besides. Pure. */

import { parseListing } from '../audit/listing.ts';
import type { Rule } from '../audit/rule.ts';
import { isUnsure } from '../evaluate/provenance.ts';
import type { Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { gained } from '../plan/forecast.ts';
import type { ChangeRecord } from './change.ts';
import { Lines, type Known } from './known.ts';

export interface TableWay {
  readonly host: Host;
  readonly auditctl: AbsolutePath;
  readonly record: ChangeRecord;
  /** The table to reach, if it is not the one before the change. */
  readonly goal: readonly string[] | undefined;
  readonly known: Known;
}

/** A rule that has to be there; how it is said, where that is known for sure. */
export interface Place {
  readonly line: string;
  readonly rule: Rule | undefined;
}

/** Whether it is neither ours nor brought by a load of ours. */
export function isGuest({ known }: TableWay, line: string): boolean {
  return !known.ours.has(line) && !known.brought.has(line);
}

/** Whether a loader ran, or may have: it takes the table and the settings from its files. */
export function mayLoad({ activation, daemon }: ChangeRecord): boolean {
  return activation === 'load' || daemon.action !== 'leave';
}

/** The table to reach, before anybody else is thought of. */
export function tableBefore({ goal, record }: TableWay): readonly string[] {
  return goal ?? record.kernel?.listing ?? [];
}

/** What is gone and that we cannot have lost was taken out by its owner: it does not come back. */
export function placesToReach(
  way: TableWay,
  guests: readonly string[],
  lines: readonly string[],
): readonly Place[] {
  const { record, goal, known } = way;
  const exact = goal === undefined;
  const loads = mayLoad(record);
  const mustReturn = (line: string): boolean =>
    known.withdrawn.has(line) ||
    known.isInFiles(line) ||
    (exact && (loads || known.removed.has(line)));
  const there = new Lines(lines);
  const rules = exact ? record.kernel?.rules : undefined;
  const before = tableBefore(way).flatMap((line, at): Place[] =>
    there.take(line) || mustReturn(line)
      ? [{ line, rule: rules?.[at] ?? takenOut(way, line) }]
      : [],
  );
  return [...before, ...guests.map((line) => ({ line, rule: ruleListed(line) }))];
}

function takenOut({ goal, known }: TableWay, line: string): Rule | undefined {
  return known.withdrawn.get(line) ?? (goal === undefined ? known.removed.get(line) : undefined);
}

/** What a listing tells for sure: of what looks like a watch it does not tell never from always. */
function ruleListed(line: string): Rule | undefined {
  const listing = parseListing(`${line}\n`);
  const [statement] = listing.kind === 'known' ? listing.statements : [];
  return statement?.kind === 'rule' && !isUnsure(statement) ? statement.rule : undefined;
}

/** What stands beside `wanted`; undefined if that is not all there, or something of it has to go. */
export function beside(
  way: TableWay,
  wanted: readonly Place[],
  lines: readonly string[],
  alike: ReadonlySet<string>,
): readonly string[] | undefined {
  const order = wanted.map(({ line }) => line);
  const more = gained(order, lines) ?? behindOthers(way, order, lines);
  return more?.every((line) => alike.has(line) || isGuest(way, line)) ? more : undefined;
}

/** Ours that came back may stand behind others' that only a listing tells: these are not moved. */
function behindOthers(
  { known }: TableWay,
  wanted: readonly string[],
  lines: readonly string[],
): readonly string[] | undefined {
  const ofOthers = (all: readonly string[]): readonly string[] =>
    all.filter((line) => !known.withdrawn.has(line));
  const isWhole = wanted.every((line) => !known.withdrawn.has(line) || lines.includes(line));
  return isWhole ? gained(ofOthers(wanted), ofOthers(lines)) : undefined;
}
