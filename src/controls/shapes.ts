/**
 * The shapes of controls and benchmarks; each check carries the words for what it expects.
 * They say what templates/schema says, and a test holds one against the other.
 */

import * as v from 'valibot';
import type { Permission } from '../audit/rule.ts';
import { absolutePath, isAbsolutePath } from '../paths.ts';
import { printable } from '../text.ts';

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

const program = matching(/^[A-Za-z0-9_][A-Za-z0-9+._-]*$/, "a program's name such as 'runc'");
const path = v.pipe(
  v.string(watchable),
  v.check(isWatchable, watchable),
  v.transform(absolutePath),
);
const level = v.picklist([1, 2], '1 or 2');

const KINDS =
  'daemon, unit, program, dataRoot, daemonConfig, containerdConfig, containerdSocket, path';
const place = v.variant(
  'kind',
  [
    alone('daemon'),
    v.strictObject({ kind: v.literal('unit'), unit }, object),
    v.strictObject({ kind: v.literal('program'), name: program }, object),
    alone('dataRoot'),
    alone('daemonConfig'),
    alone('containerdConfig'),
    alone('containerdSocket'),
    v.strictObject({ kind: v.literal('path'), path }, object),
  ],
  ({ expected }) => (expected === 'Object' ? object : `one of ${KINDS}`),
);

/** A file of templates/controls. */
export const controlShape = v.strictObject(
  {
    $schema: v.exactOptional(v.string('text')),
    title: text,
    description: text,
    place,
    recursive: v.exactOptional(v.boolean('true or false'), false),
    needsDocker: v.exactOptional(v.boolean('true or false'), false),
    literalPath: path,
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
    outside: v.exactOptional(
      v.array(
        v.strictObject(
          { scanner: text, version: text, id: text, note: v.exactOptional(text) },
          object,
        ),
        'a list',
      ),
      [],
    ),
  },
  object,
);

/** A file of templates/benchmarks. */
export const benchmarkShape = v.strictObject(
  {
    $schema: v.exactOptional(v.string('text')),
    title: text,
    verified: v.exactOptional(text),
    sections: v.pipe(
      v.array(
        v.strictObject(
          {
            number,
            control: v.string('the slug of a control'),
            level,
            unverified: v.exactOptional(text),
            literalPath: v.exactOptional(path),
            procedure: v.exactOptional(
              v.strictObject(
                {
                  description: v.exactOptional(text),
                  locate: v.exactOptional(text),
                  text,
                  grep: text,
                },
                object,
              ),
            ),
            also: v.exactOptional(v.array(place, 'a list'), []),
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

/** A place that is only one of its kind on a host. */
function alone<const K extends string>(kind: K) {
  return v.strictObject({ kind: v.literal(kind) }, object);
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
