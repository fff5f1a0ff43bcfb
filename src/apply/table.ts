/**
 * The kernel's table on the way back: ours go, what a load lost comes back to its place, what others
 * brought meanwhile stays. Never by `-D`: it takes theirs too, and a listing does not bring them back.
 */

import { parseListing } from '../audit/listing.ts';
import { argumentsOf, asHeld, deleteArgumentsOf } from '../audit/print.ts';
import type { Rule } from '../audit/rule.ts';
import { isUnsure } from '../evaluate/provenance.ts';
import type { Exit, Host } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { gained } from '../plan/forecast.ts';
import { decode, printable } from '../text.ts';
import type { ChangeRecord } from './change.ts';
import { readKernelNow } from './kernel.ts';
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
interface Place {
  readonly line: string;
  readonly rule: Rule | undefined;
}

/** An answer of auditctl may be wrong once; what is still not so after these is a person's. */
const PASSES = 3;

/**
 * Makes the table what it was, as far as others have left it so.
 * @param guests rules of others that came meanwhile, and that starting auditd may have dropped
 * @returns the lines of those that came meanwhile and stay
 * @throws HostFailure; Error if it would take a guess, or does not come out
 */
export async function restoreTable(
  way: TableWay,
  guests: readonly string[] = [],
): Promise<readonly string[]> {
  for (let pass = 1; ; pass++) {
    const alike = await takeOutOurs(way);
    const lines = await listed(way);
    const wanted = placesToReach(way, guests, lines);
    const more = beside(way, wanted, lines, alike);
    if (more !== undefined) return [...guests, ...more];
    if (pass > PASSES) throw new Error("the kernel's table is not the one before the change");
    await takeOutBrought(way, wanted);
    await bringBack(way, wanted);
  }
}

/** Rules that are neither those of before nor ours, nor brought by a load of ours. @throws HostFailure */
export async function guestsOf(way: TableWay): Promise<readonly string[]> {
  const before = new Lines(tableBefore(way));
  return (await listed(way)).filter((line) => !before.take(line) && isGuest(way, line));
}

function isGuest({ known }: TableWay, line: string): boolean {
  return !known.ours.has(line) && !known.brought.has(line);
}

function tableBefore({ goal, record }: TableWay): readonly string[] {
  return goal ?? record.kernel?.listing ?? [];
}

async function listed(way: TableWay): Promise<readonly string[]> {
  const { lines } = await readKernelNow(way.host, way.auditctl, tableBefore(way));
  return lines;
}

/** What is gone and that we cannot have lost was taken out by its owner: it does not come back. */
function placesToReach(
  way: TableWay,
  guests: readonly string[],
  lines: readonly string[],
): readonly Place[] {
  const { record, goal, known } = way;
  const exact = goal === undefined;
  const loads = record.activation === 'load' || record.daemon.action !== 'leave';
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
function beside(
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

/**
 * By their words, whatever is listed.
 * @returns how those are listed that are not there: what still is listed so is another's
 */
async function takeOutOurs(way: TableWay): Promise<ReadonlySet<string>> {
  const absent = new Set<string>();
  for (const [line, rule] of [...way.known.ours].toReversed()) {
    const { status, stderr } = await attempt(way, deleteArgumentsOf(rule));
    if (status !== 0 && ABSENT_RULE.test(decode(stderr))) absent.add(line);
  }
  return absent;
}

/** auditctl's words, in every version from 2.8.5 to 4.2.1. */
const ABSENT_RULE = /delete rule data request \(No such file or directory\)/;

/** Of others only what a load of ours brought from a file. */
async function takeOutBrought(way: TableWay, wanted: readonly Place[]): Promise<void> {
  const keep = new Lines(wanted.map(({ line }) => line));
  for (const line of await listed(way)) {
    const rule = keep.take(line) ? undefined : way.known.brought.get(line);
    if (rule) await attempt(way, deleteArgumentsOf(rule));
  }
}

/** In each list, the rules from the first that is wanting on: their order decides which one wins. */
async function bringBack(way: TableWay, wanted: readonly Place[]): Promise<void> {
  const wants = new Lines(wanted.map(({ line }) => line));
  const there = (await listed(way)).filter((line) => wants.take(line));
  const held = Map.groupBy(there, listOf);
  const unsure: string[] = [];
  for (const [list, places] of Map.groupBy(wanted, ({ line }) => listOf(line))) {
    const present = held.get(list) ?? [];
    const first = places.findIndex(({ line }, at) => line !== present[at]);
    if (first < 0) continue;
    const rest = places.slice(first);
    const rules = rest.flatMap(({ rule }) => (rule ? [asHeld(rule)] : []));
    if (rules.length < rest.length) {
      const gone = new Lines(present);
      const lacking = rest.filter(({ line }) => !gone.take(line));
      if (lacking.every(({ line }) => way.known.withdrawn.has(line)))
        for (const { rule } of lacking) if (rule) await attempt(way, argumentsOf(asHeld(rule)));
      unsure.push(...lacking.flatMap(({ line, rule }) => (rule ? [] : [line])));
    } else {
      const late = new Lines(present.slice(first));
      for (const [at, rule] of rules.entries())
        if (late.take(rest[at]?.line ?? '')) await attempt(way, deleteArgumentsOf(rule));
      for (const rule of rules) await attempt(way, argumentsOf(rule));
    }
  }
  if (unsure.length > 0)
    throw new Error(
      `the kernel's table cannot be made what it was without a guess: '${printable(unsure.join("', '"))}'`,
    );
}

/** `exit` for what looks like a watch. */
function listOf(line: string): string {
  return /^-a \w+,(\w+)/.exec(line)?.[1] ?? 'exit';
}

/** A deletion of what is not there is no failure here: the table is read afterwards. */
async function attempt({ host, auditctl }: TableWay, words: readonly string[]): Promise<Exit> {
  return host.run({ kind: 'command', argv: [auditctl, ...words], timeoutMs: 60_000 });
}
