/** What lint calls refused is what auditctl refused, for every case of every version of the corpus. */

import { describe, expect, it } from 'vitest';
import { findFlaws } from '../../../../src/evaluate/flaws/find-flaws.ts';
import { fileScript } from '../../../../src/evaluate/flaws/script.ts';
import { absolutePath } from '../../../../src/paths.ts';
import { corpusCases, corpusWorld, VERSIONS } from '../../../support/corpus.ts';

const FILE = absolutePath('/etc/audit/audit.rules');

describe.each(VERSIONS)('auditctl %s', (version) => {
  const cases = corpusCases().filter((one) => one.version.join('.') === version);
  // Behind -i an error leaves no trace in the exit status.
  const telling = cases.filter(({ rules }) => !/^-i/m.test(rules));

  it.each(telling.map((one) => [one.name, one] as const))('%s', (_, { rules, exit, ...one }) => {
    const flaws = findFlaws(fileScript({ path: FILE, text: rules }, corpusWorld(one.version)));
    // auditctl passes over `possible`, and exits 0.
    const refused = flaws.filter(
      ({ kind, severity }) => severity === 'refused' && kind !== 'possible',
    );
    expect(refused.length > 0, JSON.stringify(flaws)).toBe(exit === 1);
  });
});
