/** How a host stands towards a change that was cut off: as before it, as after it, or neither. */

import type { Facts } from '../discover/facts.ts';
import type { HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { ABSENT, hashAt } from './backup.ts';
import type { Change } from './change.ts';
import { listedAs } from './goal.ts';
import { sameLines } from './known.ts';
import type { Judge } from './undertaking.ts';

/** `both` where the change makes no difference. */
export type Side = 'both' | 'before' | 'after' | 'neither';

export interface Stand {
  readonly files: Side;
  /** Absent where no kernel was asked, or a boot has made another table since. */
  readonly table?: Side;
  readonly isBooted: boolean;
  /** Files of the plan that hold somebody else's bytes. */
  readonly edited: readonly AbsolutePath[];
  /** Files of the loader, which it has written for others since. */
  readonly rewritten: readonly AbsolutePath[];
  /** Lines of the table that neither the host had nor the change brought. */
  readonly strangers: readonly string[];
}

/** @param judge compares a table with the promised one. @throws HostFailure */
export async function standOf(
  host: HostReader,
  facts: Facts,
  change: Change,
  judge: Pick<Judge, 'table'>,
): Promise<Stand> {
  const { kernel } = change.record;
  const isBooted = kernel !== null && facts.machine.bootId !== kernel.bootId;
  const hashes = await hashesOf(host, change);
  const edited = hashes.filter(
    ({ path, now, before, after }) =>
      change.record.edited.includes(path) && after !== undefined && now !== before && now !== after,
  );
  const common = {
    files: sideOf(
      hashes.every(({ now, before }) => now === before),
      hashes.every(({ now, after }) => after === undefined || now === after) &&
        hashes.some(isKnown),
    ),
    isBooted,
    edited: edited.map(({ path }) => path),
    rewritten: rewrittenOf(facts, change, hashes),
  };
  if (!kernel || facts.running.kind === 'unknown') return { ...common, strangers: [] };
  const { lines } = facts.running;
  if (isBooted) return { ...common, strangers: [] };
  const table = sideOf(sameLines(lines, kernel.listing), isAfter(lines, change, judge));
  return { ...common, table, strangers: strangersIn(lines, facts, change) };
}

/** Somebody who loaded rules meanwhile, or an agent that keeps its own in the kernel. */
function strangersIn(
  lines: readonly string[],
  { world }: Facts,
  { record, left, undo }: Change,
): readonly string[] {
  const known = new Set([
    ...(record.kernel?.listing ?? []),
    ...(record.forward?.table?.whole ?? []),
    ...record.added.map((rule) => listedAs(rule, world)),
    ...(left?.listing ?? []),
    ...(undo?.goal ?? []),
  ]);
  return lines.filter((line) => !known.has(line));
}

interface Hashes {
  readonly path: AbsolutePath;
  readonly now: string;
  readonly before: string;
  /** Undefined where nothing tells. */
  readonly after: string | undefined;
}

function isKnown({ after }: Hashes): boolean {
  return after !== undefined;
}

function hashesOf(host: HostReader, { record, left }: Change): Promise<readonly Hashes[]> {
  const written = new Map(
    record.forward?.files.map(({ path, after }) => [path, after?.sha256 ?? ABSENT]),
  );
  return Promise.all(
    record.files.map(async ({ path, before }) => ({
      path,
      now: await hashAt(host, path),
      before: before?.sha256 ?? ABSENT,
      after: written.get(path) ?? record.forward?.generated[path] ?? left?.files[path],
    })),
  );
}

/**
 * The loader's own files, if what it wrote is neither of before nor ours, and is what it would make
 * of its sources now: a file that it left half written is none of them.
 */
function rewrittenOf(
  { persistent }: Facts,
  { record }: Change,
  hashes: readonly Hashes[],
): readonly AbsolutePath[] {
  const { generated } = persistent;
  if (!generated || generated.present !== generated.next) return [];
  const own = hashes.find(({ path }) => path === generated.path);
  if (!own || own.now === own.before || own.now === own.after || own.after === undefined) return [];
  return hashes.flatMap(({ path }) => (record.edited.includes(path) ? [] : [path]));
}

function isAfter(
  lines: readonly string[],
  { record, left }: Change,
  judge: Pick<Judge, 'table'>,
): boolean {
  if (record.forward?.table) return judge.table(lines, 'whole') === undefined;
  return left?.listing ? sameLines(lines, left.listing) : false;
}

function sideOf(isBefore: boolean, isNowAfter: boolean): Side {
  if (isBefore) return isNowAfter ? 'both' : 'before';
  return isNowAfter ? 'after' : 'neither';
}
