/** Unknown JSON → Control or Benchmark, or a failure that names file and field. */

import * as v from 'valibot';
import { TemplateFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { printable } from '../text.ts';
import type { Control, Procedure } from './control.ts';
import { worded, type Book, type Library } from './library.ts';
import { benchmarkShape, controlShape } from './shapes.ts';

const LONGEST_SHOWN = 60;
/**
 * The control that `json` describes; its slug is the name of `file`.
 * @throws TemplateFailure if it is not as templates/schema/control.schema.json says
 */
export function readControl(json: unknown, file: string): Control {
  const schema = 'control';
  const { $schema: _, permissions, ...rest } = checked(controlShape, json, { file, schema });
  const { required, recommended } = permissions;
  if (!required.every((letter) => recommended.includes(letter))) {
    const expected = `all of '${required.join('')}'`;
    const found = recommended.join('');
    throw failure({ file, schema, field: 'permissions.recommended', expected, found });
  }
  requireGrep(rest.procedure, { file, schema, field: 'procedure.grep' });
  return { slug: stem(file), ...rest, required, recommended };
}

/**
 * The benchmark that `json` describes, its slugs looked up in `substance`; its id is the name of `file`.
 * @throws TemplateFailure if it is not as templates/schema/benchmark.schema.json says
 */
export function readBenchmark(
  json: unknown,
  file: string,
  substance: Pick<Library, 'slugs' | 'control'>,
): Book {
  const schema = 'benchmark';
  const { $schema: _, ...shape } = checked(benchmarkShape, json, { file, schema });
  const seen = new Set<string>();
  const sections = shape.sections.map((section, index) => {
    const { control: slug, procedure, literalPath, ...rest } = section;
    const where = `sections[${index}]`;
    for (const [field, found] of [
      ['number', section.number],
      ['control', slug],
    ] as const) {
      if (seen.has(`${field} ${found}`)) {
        const expected = `each ${field} once`;
        throw failure({ file, schema, field: `${where}.${field}`, expected, found });
      }
      seen.add(`${field} ${found}`);
    }
    if (procedure) requireGrep(procedure, { file, schema, field: `${where}.procedure.grep` });
    const control = substance.control(slug);
    if (control !== undefined)
      return { ...rest, control: worded(control, { literalPath, procedure }) };
    const meant = nearest(slug, substance.slugs);
    const expected = meant === undefined ? `one of ${substance.slugs.join(', ')}` : `'${meant}'`;
    throw failure({ file, schema, field: `${where}.control`, expected, found: slug });
  });
  return { ...shape, id: stem(file), sections };
}

function stem(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
}

function requireGrep(
  { text, grep }: Pick<Procedure, 'text' | 'grep'>,
  where: Source & { readonly field: string },
): void {
  if (text.endsWith(` ${grep}`)) return;
  const expected = `the last word of ${where.field.replace(/grep$/, 'text')}`;
  throw failure({ ...where, expected, found: grep });
}

interface Source {
  readonly file: string;
  readonly schema: 'control' | 'benchmark';
}

interface Complaint extends Source {
  readonly field: string;
  readonly expected: string;
  readonly found: unknown;
}

type Shape = typeof controlShape | typeof benchmarkShape;

function checked<S extends Shape>(shape: S, json: unknown, source: Source): v.InferOutput<S> {
  const result = v.safeParse(shape, json, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = fieldOf(issue.path ?? []);
  const found: unknown = issue.input;
  if (found === undefined) throw refusal(source, `${field}: missing`);
  if (issue.expected === 'never') throw refusal(source, `${field}: unknown field`);
  throw failure({ ...source, field, expected: issue.message, found });
}

function failure({ file, schema, field, expected, found }: Complaint): TemplateFailure {
  const where = field === '' ? '' : `${field}: `;
  return refusal({ file, schema }, `${where}expected ${expected}, found ${shown(found)}`);
}

function refusal({ file, schema }: Source, why: string): TemplateFailure {
  return new TemplateFailure(
    `cannot use template '${printable(file)}': ${why}`,
    `templates/schema/${schema}.schema.json describes every field`,
  );
}

/** Such as `sections[1].number`. */
function fieldOf(path: readonly { readonly key?: unknown }[]): string {
  return path
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${printable(String(key))}`))
    .join('')
    .replace(/^\./, '');
}

function shown(found: unknown): string {
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'object' && found !== null) return 'an object';
  if (typeof found !== 'string') return String(found);
  const head = found.length > LONGEST_SHOWN ? `${found.slice(0, LONGEST_SHOWN)}…` : found;
  return `'${printable(head)}'`;
}
