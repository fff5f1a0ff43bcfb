/**
 * Which lines need not be read to judge some places: rules that load whatever stands where they point,
 * that are like no other rule, and that name a path far away, or none.
 */

import type { FramedLine } from '../audit/frame.ts';
import type { Directive, Statement } from '../audit/rule.ts';
import { pathsOf } from './world.ts';

/**
 * What is read of `lines`; undefined where one is passed over.
 * @param framed each line as told by its frame, if it may be passed over
 * @param isOutlying whether the rule loads, and cannot matter where it is
 */
export function sift<Line>(
  lines: readonly Line[],
  framed: readonly (FramedLine | undefined)[],
  isOutlying: (line: FramedLine) => boolean,
  parse: (line: Line, at: number) => Statement,
): (Statement | undefined)[] {
  const read = lines.map((line, at) => {
    const one = framed[at];
    return one && isOutlying(one) ? undefined : parse(line, at);
  });
  // What is read may be the same rule in other words.
  const named = new Set(read.flatMap((statement) => (statement ? pathsOf(statement) : [])));
  framed.forEach((one, at) => {
    const line = lines[at];
    if (one === undefined || line === undefined || read[at] !== undefined) return;
    if (named.has(one.value)) read[at] = parse(line, at);
  });
  return read;
}

/** The directories of the paths that lines are told by. */
export function directoriesIn(framed: readonly (FramedLine | undefined)[]): ReadonlySet<string> {
  const directories = new Set<string>();
  for (const one of framed) if (one?.directory !== undefined) directories.add(one.directory);
  return directories;
}

/** Texts that are there more than once. */
export function repeated(texts: readonly (string | undefined)[]): ReadonlySet<string | undefined> {
  const once = new Set<string>();
  const twice = new Set<string | undefined>();
  for (const text of texts) {
    if (text === undefined) continue;
    if (once.has(text)) twice.add(text);
    else once.add(text);
  }
  return twice;
}

/** Whether a statement does more to the rules of other lines than to stop their load. */
export function touches(statement: Statement, isAfter: boolean, isBefore: boolean): boolean {
  if (statement.kind === 'blank') return false;
  if (statement.kind === 'rule' && statement.prepend) return true;
  return (statement.directives ?? []).some((directive) =>
    directive.name === 'enabled'
      ? directive.value === 2 && isBefore
      : DELETING.has(directive.name) && isAfter,
  );
}

const DELETING: ReadonlySet<Directive['name']> = new Set([
  'deleteAll',
  'removeWatch',
  'deleteRule',
]);
