/** `load` says what auditctl did, for every case of every version of the corpus. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listTable, load } from '../../../src/audit/load.ts';
import { parseListing } from '../../../src/audit/listing.ts';
import { parseRules } from '../../../src/audit/parse.ts';
import { absolutePath } from '../../../src/paths.ts';
import { corpusCases, corpusWorld, VERSIONS, type CorpusCase } from '../../support/corpus.ts';

const FILE = absolutePath('/etc/audit/audit.rules');

/**
 * How two versions of a case differ only by the harness that measured them: it cut their listing
 * at `\r`, too.
 */
function recut(listed: readonly string[], example: CorpusCase): readonly string[] {
  if (!example.name.startsWith('gr_crlf') || example.version[0] < 4) return listed;
  return listed.flatMap((line) => line.split('\r')).filter((line) => line !== '');
}

it('leaves no outcome of any version out', () => {
  const text = readFileSync(new URL('../../corpus/other-versions.jsonl', import.meta.url), 'utf8');
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): { name: string; version: string; rc: number } => JSON.parse(line));
  const compared = new Map(
    corpusCases().map(({ name, version, exit }) => [`${name} ${version.join('.')}`, exit]),
  );
  expect(rows.length).toBeGreaterThan(400);
  for (const { name, version, rc } of rows)
    expect([
      name,
      version,
      compared.get(`${name} ${version === '3.0' ? '3.0.0' : version}`),
    ]).toEqual([name, version, rc]);
});

describe.each(VERSIONS)('auditctl %s', (version) => {
  const cases = corpusCases().filter((one) => one.version.join('.') === version);

  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, example) => {
    const world = corpusWorld(example.version);
    const outcome = load(parseRules(example.rules, FILE), world);
    expect({
      exit: outcome.exit,
      listed: recut(listTable(outcome.state, world), example),
    }).toEqual({ exit: example.exit, listed: example.listed });
  });
});

describe('a listing', () => {
  it.each(corpusCases().map((one) => [one.name, one] as const))(
    'of %s is read without rest',
    (_, { listed }) => {
      const listing = parseListing(listed.map((line) => `${line}\n`).join(''));
      const statements = listing.kind === 'known' ? listing.statements : [];
      const empty = listed.join('') === 'No rules';
      expect(listing.kind).toBe('known');
      expect(statements).toHaveLength(empty ? 0 : listed.length);
    },
  );
});
