/** What a loader reads, and what it makes of it: all that flaws are found in. Pure. */

import { readLines } from '../../audit/lines.ts';
import { load, type LoadOutcome } from '../../audit/load.ts';
import type { Dialect, SourceFile } from '../../audit/merge.ts';
import { parseLine } from '../../audit/parse.ts';
import type { RuleStatement, Statement } from '../../audit/rule.ts';
import type { World } from '../../audit/world.ts';
import type { Facts } from '../../discover/facts.ts';
import { atBoot } from '../../discover/world.ts';
import type { FileImage } from '../../host/host.ts';
import type { AbsolutePath } from '../../paths.ts';
import { loadedStatements } from '../statements.ts';

/** A file, and how it is kept where that is known. */
export type ReadFile = SourceFile & { readonly image?: Pick<FileImage, 'uid' | 'mode'> };

export interface Script {
  /** As they are, in the order in which they are read. */
  readonly files: readonly ReadFile[];
  /** As auditctl reads them, each with the line that a person wrote. */
  readonly statements: readonly Statement[];
  /** On an empty table. */
  readonly loaded: LoadOutcome;
  /** The same as if no error stopped it. */
  readonly throughout: LoadOutcome;
  /** What is refused only when this host boots; the load stops there. */
  readonly later: LoadOutcome;
  /** Rules as the kernel would hold them, with the text of their lines. */
  readonly table: readonly RuleStatement[];
  readonly world: World;
  /** Of rules that augenrules merges. */
  readonly merging?: {
    readonly dialect: Dialect;
    readonly directory: AbsolutePath;
    /** All names in the directory. */
    readonly names: readonly string[];
    /** Rules of the merged file that no source has. */
    readonly erased: readonly Statement[];
  };
  /** Whether a host loads it, at every boot and again. */
  readonly isHosts: boolean;
}

/** @param names what lies in the directory that augenrules reads */
export function hostScript(
  { mechanism, persistent, world }: Pick<Facts, 'mechanism' | 'persistent' | 'world'>,
  names: readonly string[],
): Script {
  if (mechanism.kind !== 'augenrules') {
    return { ...plain(persistent.files, world), isHosts: true };
  }
  const { dialect, rulesDirectory: directory } = mechanism;
  const erased = persistent.generated?.erased ?? [];
  return {
    ...made(persistent.files, persistent.statements, persistent.loaded, world),
    later: persistent.atBoot,
    merging: { dialect, directory, names, erased },
    isHosts: true,
  };
}

/** A file on its own, as `auditctl -R` reads it. */
export function fileScript(file: ReadFile, world: World): Script {
  return plain([file], world);
}

/** Each line of `file` as auditctl reads it; the rest of a line that it cuts keeps its number. */
export function statementsIn({ path, text }: SourceFile): readonly Statement[] {
  return writtenLines(text).flatMap((written, index) =>
    readLines(`${written}\n`).map((piece) =>
      parseLine(piece.text, { kind: 'file', file: path, line: index + 1 }),
    ),
  );
}

/** The lines of a file as an editor shows them. */
export function writtenLines(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

function plain(files: readonly ReadFile[], world: World): Script {
  const statements = files.flatMap(statementsIn);
  const loaded = load(statements, world);
  const isLate = [...world.paths.values()].some((facts) => facts.missingAtBoot !== undefined);
  const later = isLate ? load(statements, atBoot(world)) : loaded;
  return { ...made(files, statements, loaded, world), later, isHosts: false };
}

function made(
  files: readonly ReadFile[],
  statements: readonly Statement[],
  loaded: LoadOutcome,
  world: World,
): Omit<Script, 'later' | 'isHosts'> {
  const throughout =
    loaded.exit === 0 && loaded.problems.length === 0
      ? loaded
      : load([GO_ON, ...statements], world);
  const table = loadedStatements(throughout, statements);
  return { files, statements, loaded, throughout, table, world };
}

const GO_ON: Statement = {
  kind: 'directive',
  origin: { kind: 'argument' },
  text: '-c',
  directives: [{ name: 'continueOnErrors' }],
};
