/** Rule sets that people use are read, and load where all that they name is there. */

import { describe, expect, it } from 'vitest';
import { load } from '../../../src/audit/load.ts';
import { parseRules } from '../../../src/audit/parse.ts';
import { printRule } from '../../../src/audit/print.ts';
import type { PathFacts, World } from '../../../src/audit/world.ts';
import { absolutePath } from '../../../src/paths.ts';
import { corpusWorld } from '../../support/corpus.ts';
import { ruleSets } from '../../support/rule-sets.ts';

const FILE = absolutePath('/etc/audit/audit.rules');

/** Where each path is a file. */
function generous(version: World['version']): World {
  const paths = new Map<string, PathFacts>();
  paths.get = (path) => ({
    kind: path.endsWith('/') ? 'directory' : 'file',
    place: absolutePath(path),
  });
  return { ...corpusWorld(version), paths };
}

describe.each(ruleSets())('%s', (_, text) => {
  const statements = parseRules(text, FILE);

  it('has no line that is not read', () => {
    expect(statements.filter(({ kind }) => kind === 'unreadable')).toEqual([]);
    expect(statements.filter(({ kind }) => kind !== 'blank').length).toBeGreaterThan(9);
  });

  it.each([[[3, 0, 9]], [[4, 0, 5]], [[4, 2, 1]]] as const)('loads by audit %j', (version) => {
    const { problems } = load(statements, generous(version));
    // audit 4.0.5 takes -A for a deletion.
    const left = problems.filter(({ statement }) => !statement.text.startsWith('-A'));
    expect(left).toEqual([]);
  });

  it('is the same rules when it is printed and read again', () => {
    const rules = statements.flatMap((one) => (one.kind === 'rule' ? [one.rule] : []));
    const printed = rules.map((rule) => `${printRule(rule)}\n`).join('');
    const again = parseRules(printed, FILE);
    expect(again.map((one) => (one.kind === 'rule' ? one.rule : one.kind))).toEqual(rules);
  });
});
