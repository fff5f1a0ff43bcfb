/**
 * Unknown JSON → Control or Benchmark, or a failure that names file and field. Each check carries
 * the words for what it expects. Shapes: templates/schema, held against this reader by a test.
 */

import * as v from 'valibot';
import type { Permission } from '../audit/rule.ts';
import { TemplateFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { absolutePath, isAbsolutePath } from '../paths.ts';
import { printable } from '../text.ts';
import type { Benchmark, Control } from './control.ts';

const LONGEST_SHOWN = 60;
const PERMISSIONS: readonly Permission[] = ['r', 'w', 'x', 'a'];

const object = 'an object';
const paragraph = 'one paragraph of text';
const text = v.pipe(v.string(paragraph), v.check(isParagraph, paragraph));
const number = matching(/^\d+(?:\.\d+)+$/, "a number such as '1.2.3'");
const version = matching(/^\d+(?:\.\d+)*$/, "a number such as '7' or '6.3'");
const letters = v.pipe(
  matching(/^(?=.)r?w?x?a?$/, "letters of 'rwxa' in this order"),
  v.transform((word) => PERMISSIONS.filter((letter) => word.includes(letter))),
);
const watchable = "an absolute path without white space, '.' and '..'";
const unit = matching(
  /^[A-Za-z0-9_][A-Za-z0-9:_.@-]*\.(?:service|socket)$/,
  "a unit such as 'docker.socket'",
);

const controlShape = v.strictObject(
  {
    $schema: v.exactOptional(v.string('text')),
    title: text,
    description: text,
    place: v.variant(
      'kind',
      [
        v.strictObject({ kind: v.literal('daemon') }, object),
        v.strictObject({ kind: v.literal('unit'), unit }, object),
      ],
      ({ expected }) => (expected === 'Object' ? object : "'daemon' or 'unit'"),
    ),
    literalPath: v.pipe(
      v.string(watchable),
      v.check(isWatchable, watchable),
      v.transform(absolutePath),
    ),
    permissions: v.strictObject({ required: letters, recommended: letters }, object),
    rationale: text,
    impact: text,
    defaultValue: text,
    procedure: v.strictObject(
      { description: text, locate: v.exactOptional(text), text, grep: text },
      object,
    ),
    remediation: text,
    references: v.array(text, 'a list'),
    safeguards: v.array(
      v.strictObject({ version, number: version, title: text, summary: text }, object),
      'a list',
    ),
  },
  object,
);

const benchmarkShape = v.strictObject(
  {
    $schema: v.exactOptional(v.string('text')),
    title: text,
    verified: v.exactOptional(text),
    auditRuleControls: v.pipe(
      v.number('a whole number'),
      v.integer('a whole number'),
      v.minValue(1, '1 or more'),
    ),
    sections: v.pipe(
      v.array(
        v.strictObject(
          {
            number,
            control: v.string('the slug of a control'),
            level: v.picklist([1, 2], '1 or 2'),
            laterNumber: v.exactOptional(number),
          },
          object,
        ),
        'a list',
      ),
      v.minLength(1, 'at least one section'),
    ),
  },
  object,
);

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
  return { slug: stem(file), ...rest, required, recommended };
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
    if (control !== undefined) return { ...section, control };
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
  if (typeof found === 'object' && found !== null) return object;
  if (typeof found !== 'string') return String(found);
  const head = found.length > LONGEST_SHOWN ? `${found.slice(0, LONGEST_SHOWN)}…` : found;
  return `'${printable(head)}'`;
}

function matching(pattern: RegExp, expected: string) {
  return v.pipe(v.string(expected), v.regex(pattern, expected));
}

function isParagraph(candidate: string): boolean {
  return candidate !== '' && candidate.trim() === candidate && printable(candidate) === candidate;
}

function isWatchable(candidate: string): boolean {
  return (
    isAbsolutePath(candidate) &&
    candidate !== '/' &&
    !/\s/.test(candidate) &&
    printable(candidate) === candidate
  );
}

function stem(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.json$/, '');
}
