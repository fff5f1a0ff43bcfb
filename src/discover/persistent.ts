/** What the host's loader makes of its files. Pure, so that a plan can be rehearsed on paper. */

import { piecesOf, readLines } from '../audit/lines.ts';
import { load } from '../audit/load.ts';
import { merge } from '../audit/merge.ts';
import { parseLine, parseRules } from '../audit/parse.ts';
import type { Statement } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Mechanism, Persistent, RulesFile } from './facts.ts';
import { atBoot, lateReason, namesAny } from './world.ts';

/** What the loader reads. */
interface Read {
  /** Each with the file and line that a person wrote. */
  readonly statements: readonly Statement[];
  /** The text that augenrules writes of it. */
  readonly merged: string | undefined;
}

/** What the loader makes of its files before it acts on any line. */
export function statementsOf(mechanism: Mechanism, files: readonly RulesFile[]): Read {
  if (mechanism.kind !== 'augenrules')
    return {
      statements: files.flatMap(({ path, text }) => parseRules(text, path)),
      merged: undefined,
    };
  const merged = merge(files, mechanism.dialect);
  const statements: Statement[] = [];
  for (const { text, origin } of merged.lines)
    for (const piece of piecesOf(text)) statements.push(parseLine(piece, origin));
  return { statements, merged: merged.text };
}

/**
 * @param generated the bytes that now stand where augenrules writes
 * @param read of `files`, where it is known already
 */
export function persistentOf(
  mechanism: Mechanism,
  files: readonly RulesFile[],
  generated: string | undefined,
  world: World,
  read = statementsOf(mechanism, files),
): Persistent {
  const { statements, merged } = read;
  const loaded = load(statements, world);
  const base = {
    files,
    statements,
    loaded,
    atBoot: nameLatePlaces(statements, world) ? load(statements, atBoot(world)) : loaded,
  };
  if (mechanism.kind !== 'augenrules' || merged === undefined) return base;
  const path = mechanism.merged;
  const erased = generated === merged ? [] : erasedFrom(generated ?? '', path, statements);
  return { ...base, generated: { path, present: generated, next: merged, erased } };
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
  sources: readonly Statement[],
): readonly Statement[] {
  const kept = new Set(sources.map(({ text }) => text));
  return readLines(present)
    .filter(({ text }) => !kept.has(text))
    .map(({ text, line }) => parseLine(text, { kind: 'file', file, line }))
    .filter(({ kind }) => kind === 'rule');
}
