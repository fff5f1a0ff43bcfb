/**
 * Rule sets in use against the real auditctl: those of the project, and the examples that come with
 * auditd on this machine, each line as far as the guard lets it through.
 */

import { expect, test } from 'vitest';
import { parseRules } from '../../src/audit/parse.ts';
import { absolutePath } from '../../src/paths.ts';
import { encode } from '../../src/text.ts';
import { begin, liveKernel } from '../support/kernel.ts';
import { askAuditctl, askModel } from '../support/oracle.ts';
import { ruleFilesIn, ruleSets } from '../support/rule-sets.ts';
import { isSafe } from '../support/rules-guard.ts';

liveKernel();

const EXAMPLES = '/usr/share/doc/auditd/examples/rules';
const sets = [...ruleSets(), ...ruleFilesIn(EXAMPLES)];

/** The first rule makes auditctl tell every later error on stderr; `-c` has it go on. */
const OPENING = '-a always,user -F uid=12345\n-c\n';

/** A set without its own `-D`, so that the opening stands, and without what must not be tried. */
function tried(text: string): string {
  const lines = text.split('\n').filter((line) => !/^-D *$/.test(line) && isSafe(encode(line)));
  return OPENING + lines.join('\n');
}

test('each line of each set ends as the model says', async () => {
  await begin({ daemon: 'stopped' });
  const texts = sets.map(([, text]) => tried(text));
  const [found, told] = [askAuditctl(texts), await askModel(texts)];
  const named = (fates: readonly object[]): object[] =>
    fates.map((fate, index) => ({ set: sets[index]?.[0], ...fate }));
  expect(named(told)).toEqual(named(found));
});

test('no line that auditctl accepts is unreadable', () => {
  const texts = sets.map(([, text]) => tried(text));
  const unreadable = askAuditctl(texts).flatMap(({ wrong }, index) =>
    parseRules(texts[index] ?? '', absolutePath('/loaded.rules'))
      .filter(({ kind }) => kind === 'unreadable')
      .filter(({ origin }) => origin.kind === 'file' && !wrong.includes(origin.line)),
  );
  expect(unreadable).toEqual([]);
});

test('there is enough to compare', () => {
  const rules = sets.flatMap(([, text]) => text.split('\n').filter((line) => /^-[aAw]/.test(line)));
  expect(sets.length).toBeGreaterThan(30);
  expect(rules.length).toBeGreaterThan(300);
});
