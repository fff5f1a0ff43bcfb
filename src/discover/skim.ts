/**
 * A quick look at many rules: lines that surely load, and cannot matter to the places, are passed
 * over unread. Of them only the order of the table counts.
 */

import { frameFinder, listedAs, listedFrameFinder, type FramedLine } from '../audit/frame.ts';
import { linesOfListing } from '../audit/listed-lines.ts';
import { listingOf, parseListed, type Listing } from '../audit/listing.ts';
import type { MergedLine } from '../audit/merge.ts';
import { parseLine } from '../audit/parse.ts';
import type { Statement } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { HostReader } from '../host/host.ts';
import { Horizon, type SoughtPlace } from './horizon.ts';
import { Pathless } from './pathless.ts';
import type { Reader, Understood } from './reader.ts';
import { directoriesIn, repeated, sift, touches } from './sift.ts';
import type { WorldInputs } from './world.ts';

type Printer = Pick<World, 'machine' | 'version'>;

/** A reader that passes lines over. */
export interface Skimmer extends Reader {
  /** False if what was read last makes what was passed over before it matter after all. */
  readonly isEnough: () => boolean;
}

/** Reads what can matter to `places`. */
export function skimming(
  host: HostReader,
  places: readonly SoughtPlace[],
  { mounts, machine, version = [3, 0, 9] }: Pick<WorldInputs, 'mounts' | 'machine' | 'version'>,
): Skimmer {
  const horizon = new Horizon(host, places, mounts);
  const pathless = new Pathless({ machine, version });
  return {
    lines: (lines) => skimLines(lines, horizon, pathless, { machine, version }),
    listing: (text) => skimListing(text, horizon, pathless),
    isEnough: () => pathless.isEnough,
  };
}

/** The statements of the lines that a loader reads, but for those that are passed over. */
async function skimLines(
  lines: readonly MergedLine[],
  horizon: Horizon,
  pathless: Pathless,
  printer: Printer,
): Promise<Understood> {
  const find = frameFinder(printer);
  const found = lines.map(({ text }) => find(text));
  const listed = found.map((one) => one && listedAs(one));
  const twice = repeated(listed);
  const framed = found.map((one, at) => (twice.has(listed[at]) ? undefined : one));
  await horizon.explore(directoriesIn(framed));
  const isOutlying = (line: FramedLine): boolean => loads(line, horizon) && isFar(line, horizon);
  const read = sift(lines, framed, isOutlying, parse);
  pathless.settle(lines, framed, read, parse);
  const [first, last] = [read.indexOf(undefined), read.lastIndexOf(undefined)];
  if (first < 0 || read.some((one, at) => one && touches(one, at > first, at < last)))
    return { statements: lines.map((line, at) => read[at] ?? parse(line)) };
  return {
    statements: read.filter((statement) => statement !== undefined),
    order: read.map((statement, at) => statement?.origin ?? listed[at] ?? ''),
  };
}

/** The rules of a listing, but for those that are passed over. */
async function skimListing(text: string, horizon: Horizon, pathless: Pathless): Promise<Listing> {
  const printed = linesOfListing(text);
  if (printed.kind === 'unknown') return printed;
  const { lines } = printed;
  const framed = lines.map(listedFrameFinder());
  await horizon.explore(directoriesIn(framed));
  const read = sift(lines, framed, (line) => isFar(line, horizon), parseAt);
  pathless.settle(lines, framed, read, parseAt);
  // A rule without an architecture is listed in the words of the last one that has one.
  let named: number | undefined;
  lines.forEach((line, at) => {
    if (line.includes(' -F arch')) named = at;
    else if (read[at] !== undefined && named !== undefined)
      read[named] ??= parseAt(lines[named] ?? '', named);
  });
  return listingOf(
    lines,
    read.filter((one) => one !== undefined),
  );
}

function loads({ directory }: FramedLine, horizon: Horizon): boolean {
  return directory === undefined || horizon.takesWatches(directory);
}

function isFar({ frame, value, directory }: FramedLine, horizon: Horizon): boolean {
  return frame.conditions !== undefined || !horizon.isNear(value, directory ?? '');
}

function parseAt(line: string, at: number): Statement {
  return parseListed(line, at + 1);
}

function parse({ text, origin }: MergedLine): Statement {
  return parseLine(text, origin);
}
