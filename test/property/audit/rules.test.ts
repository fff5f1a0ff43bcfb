/** What holds of every rules file and every rule. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMPTY_KERNEL, load } from '../../../src/audit/load.ts';
import { merge } from '../../../src/audit/merge.ts';
import { compareVersions } from '../../../src/audit/order.ts';
import { parseArguments, parseLine, parseRules } from '../../../src/audit/parse.ts';
import { argumentsOf, printRule } from '../../../src/audit/print.ts';
import type { Field, Rule } from '../../../src/audit/rule.ts';
import { absolutePath } from '../../../src/paths.ts';
import { decode } from '../../../src/text.ts';
import { corpusWorld } from '../../support/corpus.ts';

const FILE = absolutePath('/etc/audit/audit.rules');

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => decode(array));
const piece = fc.constantFrom(
  ...'-w -a -A -d -W -k -p -F -S -C -D -e -b -- - # --signal -i -c always,exit never,task'.split(
    ' ',
  ),
  ...'/etc wa key=k arch=b64 perm=x uid!=0 open,1 uid=euid 1 \\\\ \t \r \n \n \0 /a\\'.split(' '),
);
const lines = fc.array(fc.oneof(piece, fc.string())).map((pieces) => pieces.join(' '));

describe('the parser', () => {
  it('reads any bytes, and so does the loader', () => {
    fc.assert(
      fc.property(fc.oneof(bytes, lines), (text) => {
        const statements = parseRules(text, FILE);
        const outcome = load(statements, corpusWorld([4, 1, 2]), EMPTY_KERNEL);
        expect(outcome.problems.length).toBeLessThanOrEqual(statements.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads any command line', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (args) => {
        expect(parseArguments(args, { kind: 'argument' }).origin).toEqual({ kind: 'argument' });
      }),
    );
  });
});

/** What a word of a rules file cannot hold: newline, NUL, and auditctl's own marks. */
const HELD_BACK = ['\n', '\0', '\x01', '\x04', '\x07'];

const word = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((text) => !HELD_BACK.some((character) => text.includes(character)));
const path = word
  .map((text) => `/${text.replace(/\/+$/, '')}`)
  .filter((text) => text.length > 1 && !/[=<>&!]/.test(text));
const perm = fc
  .subarray(['r', 'w', 'x', 'a'], { minLength: 1 })
  .map((letters): Field => field('perm', letters.join('')));
const keys = fc.array(word, { maxLength: 3 });

function field(name: string, value: string): Field {
  return { kind: 'value', name, operator: '=', value };
}

const watch: fc.Arbitrary<Rule> = fc.record({
  list: fc.constant('exit'),
  action: fc.constant('always'),
  syscalls: fc.constant('all'),
  fields: fc.tuple(
    path.map((text) => field('watch', text)),
    perm,
  ),
  keys,
});

const condition: fc.Arbitrary<Field> = fc.oneof(
  path.map((text) => field('path', text)),
  path.map((text) => field('exe', text)),
  perm,
  fc.nat().map((uid) => field('auid', String(uid))),
  fc.constant<Field>({ kind: 'compare', left: 'uid', operator: '!=', right: 'euid' }),
);

const calls = fc.oneof(
  fc.constant<'all'>('all'),
  fc.uniqueArray(fc.constantFrom('open', 'openat', 'all', '59'), { minLength: 1 }),
);

const syscallRule: fc.Arbitrary<Rule> = fc.record({
  list: fc.constant('exit'),
  action: fc.constantFrom('always', 'never'),
  syscalls: calls,
  fields: fc
    .tuple(fc.array(condition), fc.constantFrom('b64', 'b32'), fc.array(condition))
    .map(([before, arch, after]) => [
      ...before,
      field('arch', arch),
      field('perm', 'wa'),
      ...after,
    ]),
  keys,
});

describe('a rule', () => {
  it('is read back from the line that says it', () => {
    fc.assert(
      fc.property(fc.oneof(watch, syscallRule), (rule) => {
        const statement = parseLine(`${printRule(rule)}${' '.repeat(100)}`, { kind: 'argument' });
        expect(statement).toMatchObject({ kind: 'rule', rule });
      }),
      { numRuns: 1000 },
    );
  });

  it('is read back from the arguments that say it', () => {
    fc.assert(
      fc.property(fc.oneof(watch, syscallRule), (rule) => {
        const statement = parseArguments(argumentsOf(rule), { kind: 'argument' });
        expect(statement).toMatchObject({ kind: 'rule', rule });
      }),
    );
  });
});

describe('augenrules', () => {
  it('gives every line of its output a place', () => {
    fc.assert(
      fc.property(fc.array(lines), (texts) => {
        const files = texts.map((text) => ({ path: FILE, text }));
        const merged = merge(files, { awk: 'gawk', ls: 'coreutils', version: [4, 0, 2] });
        expect(merged.lines.map(({ text }) => `${text}\n`).join('')).toBe(merged.text);
      }),
    );
  });

  it('orders names without contradiction', () => {
    const name = fc.string({
      unit: fc.constantFrom(...Array.from('a1~.0-_B9')),
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
        const [first = '', , last = ''] = [a, b, c].toSorted(compareVersions);
        expect(compareVersions(first, last)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
