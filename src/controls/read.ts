/** Unknown JSON → Control or Benchmark, or a failure that names file and field. */

import * as v from 'valibot';
import { TemplateFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { printable } from '../text.ts';
import type { Benchmark, Control } from './control.ts';
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
  const { grep, text: command } = rest.procedure;
  if (!command.endsWith(` ${grep}`)) {
    const expected = 'the last word of procedure.text';
    throw failure({ file, schema, field: 'procedure.grep', expected, found: grep });
  }
  return { slug: stem(file), recursive: false, ...rest, required, recommended };
}

/**
 * The benchmark that `json` describes, its slugs looked up in `controls`; its id is the name of `file`.
 * @throws TemplateFailure if it is not as templates/schema/benchmark.schema.json says
 */
export function readBenchmark(
  json: unknown,
  file: string,
  controls: readonly Control[],
): Benchmark {
  const schema = 'benchmark';
  const shape = checked(benchmarkShape, json, { file, schema });
  const { title, auditRuleControls } = shape;
  const seen = new Set<string>();
  const sections = shape.sections.map(({ control: slug, ...section }, index) => {
    for (const [field, found] of [
      ['number', section.number],
      ['control', slug],
    ] as const) {
      if (seen.has(`${field} ${found}`)) {
        const expected = `each ${field} once`;
        throw failure({ file, schema, field: `sections[${index}].${field}`, expected, found });
      }
      seen.add(`${field} ${found}`);
    }
    const control = controls.find((candidate) => candidate.slug === slug);
    if (control !== undefined) return { ...section, control, also: [] };
    const slugs = controls.map((candidate) => candidate.slug);
    const meant = nearest(slug, slugs);
    const expected = meant === undefined ? `one of ${slugs.join(', ')}` : `'${meant}'`;
    throw failure({ file, schema, field: `sections[${index}].control`, expected, found: slug });
  });
  if (auditRuleControls < sections.length) {
    const expected = `at least ${sections.length}, the sections here`;
    const found = auditRuleControls;
    throw failure({ file, schema, field: 'auditRuleControls', expected, found });
  }
  return { id: stem(file), title, auditRuleControls, sections };
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

function stem(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
}
