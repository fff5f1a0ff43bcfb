/** What the host's loader makes of its files. Pure, so that a plan can be rehearsed on paper. */

import { readLines } from '../audit/lines.ts';
import { load } from '../audit/load.ts';
import { merge } from '../audit/merge.ts';
import { parseLine, parseRules } from '../audit/parse.ts';
import type { Statement } from '../audit/rule.ts';
import type { World } from '../audit/world.ts';
import type { Mechanism, Persistent, RulesFile } from './facts.ts';
import { atBoot, lateReason } from './world.ts';

/** The statements that the loader reads, each with the file and line that a person wrote. */
export function statementsOf(
  mechanism: Mechanism,
  files: readonly RulesFile[],
): { readonly statements: readonly Statement[]; readonly merged: string | undefined } {
  if (mechanism.kind !== 'augenrules')
    return {
      statements: files.flatMap(({ path, text }) => parseRules(text, path)),
      merged: undefined,
    };
  const merged = merge(files, mechanism.dialect);
  const statements = merged.lines.flatMap(({ text, origin }) =>
    readLines(text).map((line) => parseLine(line.text, origin)),
  );
  return { statements, merged: merged.text };
}

/** @param generated the bytes that now stand where augenrules writes */
export function persistentOf(
  mechanism: Mechanism,
  files: readonly RulesFile[],
  generated: string | undefined,
  world: World,
): Persistent {
  const { statements, merged } = statementsOf(mechanism, files);
  const loaded = load(statements, world);
  const late = [...world.paths.values()].some((facts) => lateReason(facts) !== undefined);
  const base = {
    files,
    statements,
    loaded,
    atBoot: late ? load(statements, atBoot(world)) : loaded,
  };
  if (mechanism.kind !== 'augenrules' || merged === undefined) return base;
  const path = mechanism.merged;
  const erased = erasedFrom(parseRules(generated ?? '', path), statements);
  return { ...base, generated: { path, present: generated, next: merged, erased } };
}

/** Rules that stand in the generated file alone. */
function erasedFrom(
  present: readonly Statement[],
  sources: readonly Statement[],
): readonly Statement[] {
  const kept = new Set(sources.map(({ text }) => text));
  return present.filter(({ kind, text }) => kind === 'rule' && !kept.has(text));
}
