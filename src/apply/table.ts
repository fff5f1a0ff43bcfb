/**
 * The kernel's table on the way back: ours go, what a load lost comes back to its place, what others
 * brought meanwhile stays. Never by `-D`: it takes theirs too, and a listing does not bring them back.
 */

import { argumentsOf, asHeld, deleteArgumentsOf } from '../audit/print.ts';
import type { Exit } from '../host/host.ts';
import { decode, printable } from '../text.ts';
import { readKernelNow } from './kernel.ts';
import { Lines } from './known.ts';
import { beside, isGuest, placesToReach, tableBefore, type Place, type TableWay } from './reach.ts';

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

async function listed(way: TableWay): Promise<readonly string[]> {
  const { lines } = await readKernelNow(way.host, way.auditctl, tableBefore(way));
  return lines;
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
