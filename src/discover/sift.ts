/**
 * Which lines need not be read to judge some places: rules that load whatever stands there, are like
 * no other rule, and either name a path far away or match one value among many.
 */

import type { FramedLine } from '../audit/frame.ts';
import type { Directive, Statement } from '../audit/rule.ts';
import { fieldsOf, pathsOf } from './world.ts';

/**
 * What is read of `lines`; undefined where one is passed over.
 * @param framed each line as told by its frame, if it may be passed over
 * @param isOutlying tells of a path whether a rule on it loads and cannot matter
 */
export function sift<Line>(
  lines: readonly Line[],
  framed: readonly (FramedLine | undefined)[],
  isOutlying: (path: string) => boolean,
  parse: (line: Line, at: number) => Statement,
): (Statement | undefined)[] {
  const read = lines.map((line, at) => {
    const one = framed[at];
    const mayPass = one && (one.frame.field !== 'path' || isOutlying(one.value));
    return mayPass ? undefined : parse(line, at);
  });
  const statements = read.filter((statement) => statement !== undefined);
  // What is read may be the same rule in other words, or match all other values.
  const named = new Set(statements.flatMap(pathsOf));
  const compared = new Set(statements.flatMap(fieldsOf).concat(turnedBy(framed)));
  framed.forEach((one, at) => {
    const line = lines[at];
    if (one === undefined || line === undefined || read[at] !== undefined) return;
    const { field } = one.frame;
    if (field === 'path' ? named.has(one.value) : compared.has(field)) read[at] = parse(line, at);
  });
  return read;
}

/** Fields that rules on every file compare otherwise than with one value. */
function turnedBy(framed: readonly (FramedLine | undefined)[]): readonly string[] {
  const frames = new Set(framed.map((one) => one?.frame));
  return [...frames].flatMap((frame) => (frame && frame.field !== 'path' ? frame.turned : []));
}

/** The paths that lines are told by. */
export function* pathsIn(framed: readonly (FramedLine | undefined)[]): Iterable<string> {
  for (const one of framed) if (one?.frame.field === 'path') yield one.value;
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
