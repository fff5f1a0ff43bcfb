/** What the benchmark's `grep` found where no rule watches the place: its text, in another role. */

import { parseListed } from '../audit/listing.ts';
import type { Statement } from '../audit/rule.ts';
import type { Facts } from '../discover/facts.ts';
import type { Finding } from './finding.ts';
import { grep, patternOf } from './procedure.ts';
import { pathTexts, subjectOf } from './subject.ts';

type Missed = Pick<Finding, 'section' | 'targets'>;

/** One clause that names what the command takes for a watch. */
export function strayFind(missed: Missed, { running, world }: Facts): string {
  const { procedure } = missed.section.control;
  const wanted = patternOf(procedure.grep);
  const lines = running.kind === 'known' ? running.lines : [];
  const found = grep(procedure.grep, lines.join('\n')).map((line, at) => parseListed(line, at + 1));
  const paths = found.flatMap(pathTexts);
  const path = paths.find((text) => wanted?.test(text));
  if (path !== undefined) {
    const place = world.paths.get(path)?.place;
    return missed.targets.some((target) => target.required && target.path === place)
      ? 'the rule that it finds does not record what is asked for'
      : elsewhere(path, missed);
  }
  const filter = found.flatMap(valueFieldsOf).find(({ value }) => wanted?.test(value));
  if (filter !== undefined)
    return `the command finds the path in a filter, ${filter.name}=${filter.value}, which watches no file`;
  return found.some(({ text }) => /key=|-k /.test(text))
    ? 'the command finds the path in a key only'
    : 'the line that it finds watches no file';
}

/** A path that is text for text, or nearly, what the book prints, and not the place. */
function elsewhere(path: string, { section, targets }: Missed): string {
  const { procedure, place } = section.control;
  const text = procedure.grep;
  const required = targets.filter((target) => target.required).map((target) => target.path);
  if (path === text || path.endsWith(`/${text}`))
    return `the command finds ${path}, and ${subjectOf(place)} is ${required.join(' and ')} here`;
  return path.includes(text)
    ? `the command finds the path only as part of a longer one, ${path}`
    : `the command's dot is any character, and so it finds ${path}`;
}

/** Conditions on values. */
function valueFieldsOf(
  statement: Statement,
): readonly { readonly name: string; readonly value: string }[] {
  if (statement.kind !== 'rule') return [];
  return statement.rule.fields.flatMap((field) => (field.kind === 'value' ? [field] : []));
}
