/** What augenrules does to files before auditctl reads them. Source: init.d/augenrules, 2.7.5 to 4.2.1. */

import { parseLine } from '../../audit/parse.ts';
import type { Statement } from '../../audit/rule.ts';
import { isSince } from '../../audit/vocabulary.ts';
import { join, nameOf } from '../../paths.ts';
import { flawAt, placeOf, type Flaw } from './flaw.ts';
import { directivesOf, overridden } from './order.ts';
import { writtenLines, type Script } from './script.ts';

type Merging = NonNullable<Script['merging']>;

/** Files that are not read, directives that stay where they are, lines of which another one counts. */
export function lostInMerge(script: Script): readonly Flaw[] {
  const { merging } = script;
  if (merging === undefined) return [];
  return [...skippedFiles(script, merging), ...unhoisted(script, merging), ...droppedLines(script)];
}

function skippedFiles({ files }: Script, merging: Merging): readonly Flaw[] {
  const read = new Set(files.map(({ path }) => nameOf(path)));
  return merging.names.flatMap((name) => {
    const why = read.has(name) ? undefined : skipReason(name, merging);
    if (why === undefined) return [];
    const file = join(merging.directory, name);
    return [
      {
        kind: 'skippedFile',
        severity: why.isHint ? 'hint' : 'refused',
        at: { file, line: 1, column: 1 },
        text: name,
        what: `augenrules does not read this file: ${why.reason}`,
        mend: why.mend,
      },
    ];
  });
}

interface Skip {
  readonly reason: string;
  readonly mend: string;
  /** Whether it may well be meant so. */
  readonly isHint: boolean;
}

/** Undefined for a name that augenrules would read: discovery says why it could not. */
function skipReason(name: string, { dialect }: Merging): Skip | undefined {
  const rename = "give it a name that ends in '.rules'";
  if (name.startsWith('.'))
    return name.endsWith('.rules')
      ? { reason: 'its name begins with a dot', mend: 'rename it without the dot', isHint: false }
      : undefined;
  if (name.endsWith('.rules')) {
    if (isSince(dialect.version, [4, 2, 0]) || !/[\s*?[]/.test(name)) return undefined;
    return {
      reason: 'before audit 4.2 a name is cut at its spaces, and patterns in it are expanded',
      mend: 'rename it: letters, digits, dots and hyphens',
      isHint: false,
    };
  }
  if (/\.rules$/i.test(name))
    return { reason: "its name ends in '.rules' in other letters", mend: rename, isHint: false };
  if (/rules/i.test(name))
    return {
      reason: "its name does not end in '.rules'",
      mend: `${rename} if its rules are wanted`,
      isHint: true,
    };
  return undefined;
}

/** mawk knows no `\s`: with a space before or behind it a directive is a line like any other. */
function unhoisted({ statements }: Script, { dialect }: Merging): readonly Flaw[] {
  if (dialect.awk !== 'mawk') return [];
  return statements.flatMap((statement) => {
    const [, option] =
      /^ +(-[ebf])|^ +(-D) *$|^(-D) +$/.exec(statement.text)?.filter(Boolean) ?? [];
    if (option === undefined || directivesOf(statement).length === 0) return [];
    return [
      flawAt(statement, option, {
        kind: 'unhoisted',
        severity: 'misread',
        what: `a space stands beside it, and augenrules with mawk then takes ${option} for a rule like any other: it acts where it stands`,
        mend: 'remove the spaces before and behind it',
      }),
    ];
  });
}

/** augenrules keeps one -D, -b, -f and -e, whole lines, and drops those before. */
function droppedLines(script: Script): readonly Flaw[] {
  const kept = new Set(script.statements.map(placeOf));
  return script.files.flatMap(({ path, text }) =>
    writtenLines(text).flatMap((line, index) => {
      const written = parseLine(line.replace(/\r$/, ''), {
        kind: 'file',
        file: path,
        line: index + 1,
      });
      if (written.kind === 'blank' || kept.has(placeOf(written))) return [];
      if (isGlued(script, path, index) || /^\s*-D\s*$/.test(line)) return [];
      const by = script.statements.find((one) => isSameSetting(one, written));
      return by?.text.trim() === written.text.trim() ? [] : [overridden(written, by)];
    }),
  );
}

/** A first line that hangs on the file before it is no line of its own. */
function isGlued({ files }: Script, path: string, index: number): boolean {
  const before = files.slice(
    0,
    files.findIndex((file) => file.path === path),
  );
  const neighbour = before.findLast(({ text }) => text !== '');
  return index === 0 && neighbour !== undefined && !neighbour.text.endsWith('\n');
}

function isSameSetting(one: Statement, other: Statement): boolean {
  const option = /^\s*(-[ebf])/.exec(other.text)?.[1];
  return option !== undefined && one.text.trimStart().startsWith(option);
}
