/** What the host's loader makes of its files. Pure, so that a plan can be rehearsed on paper. */

import { isPiece, piecesOf, readLines } from '../audit/lines.ts';
import { load } from '../audit/load.ts';
import { merge, type MergedLine } from '../audit/merge.ts';
import { parseLine } from '../audit/parse.ts';
import type { Statement } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { AbsolutePath } from '../paths.ts';
import { reader, type Reader, type Understood } from './reader.ts';
import type { Mechanism, Persistent, RulesFile } from './facts.ts';
import { atBoot, lateReason, namesAny } from './world.ts';

/** What the loader reads. */
interface Read {
  /** Each with the file and line that a person wrote. */
  readonly lines: readonly MergedLine[];
  /** The text that augenrules writes of it. */
  readonly merged: string | undefined;
}

/** What the loader reads of its files. */
export function readsOf(mechanism: Mechanism, files: readonly RulesFile[]): Read {
  if (mechanism.kind !== 'augenrules')
    return { lines: files.flatMap(({ path, text }) => linesOf(text, path)), merged: undefined };
  const merged = merge(files, mechanism.dialect);
  return { lines: merged.lines.flatMap(inPieces), merged: merged.text };
}

/** The lines of a file that is loaded as it is. */
function linesOf(text: string, file: AbsolutePath): readonly MergedLine[] {
  return readLines(text).map((one) => ({
    text: one.text,
    origin: { kind: 'file', file, line: one.line },
  }));
}

function inPieces(line: MergedLine): MergedLine | readonly MergedLine[] {
  if (isPiece(line.text)) return line;
  return piecesOf(line.text).map((text) => ({ text, origin: line.origin }));
}

/** What was read before the world was looked at. */
interface Known {
  readonly read: Read;
  readonly own: Understood;
  readonly stale?: readonly Statement[] | undefined;
}

/**
 * @param generated the bytes that now stand where augenrules writes
 * @param known of `files`, where it was read already
 */
export function persistentOf(
  mechanism: Mechanism,
  files: readonly RulesFile[],
  generated: string | undefined,
  world: World,
  known: Known = knownOf(mechanism, files),
): Persistent {
  const { read, own, stale } = known;
  const { statements } = own;
  const loaded = load(statements, world);
  const base = {
    ...own,
    files,
    loaded,
    atBoot: nameLatePlaces(statements, world) ? load(statements, atBoot(world)) : loaded,
  };
  const { lines, merged } = read;
  if (mechanism.kind !== 'augenrules' || merged === undefined) return base;
  const path = mechanism.merged;
  const erased = generated === merged ? [] : erasedFrom(generated ?? '', path, lines);
  const made = { path, present: generated, next: merged, erased };
  return { ...base, generated: stale === undefined ? made : { ...made, stale } };
}

function knownOf(mechanism: Mechanism, files: readonly RulesFile[]): Known {
  const read = readsOf(mechanism, files);
  return { read, own: reader.lines(read.lines) };
}

/** What the generated file says, where augenrules would write another now. */
export async function staleStatements(
  by: Reader,
  mechanism: Mechanism,
  generated: string | undefined,
  merged: string | undefined,
): Promise<readonly Statement[] | undefined> {
  if (mechanism.kind !== 'augenrules' || generated === undefined || generated === merged)
    return undefined;
  return (await by.lines(linesOf(generated, mechanism.merged))).statements;
}

/** Whether the load at boot finds other places than the one now. */
function nameLatePlaces(statements: readonly Statement[], { paths }: World): boolean {
  const late = new Set<string>();
  for (const [text, facts] of paths) if (lateReason(facts) !== undefined) late.add(text);
  if (late.size === 0) return false;
  return statements.some((statement) => namesAny(statement, late));
}

/** Rules that stand in the generated file alone: seldom many, so only their lines are parsed. */
function erasedFrom(
  present: string,
  file: AbsolutePath,
  sources: readonly MergedLine[],
): readonly Statement[] {
  const kept = new Set(sources.map(({ text }) => text));
  return readLines(present)
    .filter(({ text }) => !kept.has(text))
    .map(({ text, line }) => parseLine(text, { kind: 'file', file, line }))
    .filter(({ kind }) => kind === 'rule');
}
