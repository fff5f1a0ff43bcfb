/** Every audit control of every version, there and back: what was promised is kept, and undone. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { dockaudit, readReport, type Ended } from '../support/golden.ts';
import { listedOn, practised, type Practised } from '../support/hosts.ts';

const BOOKS = ['1.2.0', '1.3.1', '1.4.0', '1.5.0', '1.6.0', '1.7.0', '1.8.0'];

/** Name and bytes of each file below /etc/audit. */
function audited({ root }: Practised): readonly (readonly [string, string])[] {
  const folder = join(root, 'etc/audit');
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()
    .map((path) => [path, readFileSync(path, 'base64')] as const);
}

const changed = v.object({ change: v.nullable(v.object({ state: v.string() })) });

function changeOf({ report }: Ended) {
  return v.parse(changed, report).change;
}

describe.each(BOOKS)('all controls of CIS Docker %s', (version) => {
  const all = ['--all', '--benchmark', `cis-docker-${version}`];

  it.each([
    ['as it is', []],
    ['with every permission', ['--strict', '--accept-noise']],
    ['in the syscall style', ['--style', 'syscall']],
  ])('are fixed %s, stay as they are, and come back', async (_, more) => {
    using made = await practised();
    const [before, table] = [audited(made), await listedOn(made.host)];
    const args = ['--yes', '--format', 'json', ...all, ...more];

    const fixed = await dockaudit(made.host, args);
    expect(changeOf(fixed)).toEqual(expect.objectContaining({ state: 'kept' }));
    const open = readReport(fixed).findings.filter(
      ({ verdict }) => verdict !== 'pass' && verdict !== 'notApplicable',
    );
    // Only what lies below /run: no file may hold a rule on it.
    for (const { verdict, reason } of open)
      expect([verdict, reason]).toEqual(['partial', expect.stringContaining('/run')]);

    const [files, rules] = [audited(made), await listedOn(made.host)];
    expect(changeOf(await dockaudit(made.host, args))).toBeNull();
    expect([audited(made), await listedOn(made.host)]).toEqual([files, rules]);

    const undone = await dockaudit(made.host, ['rollback', '--yes', '--format', 'json']);
    expect(undone.exit).toBe(0);
    expect([audited(made), await listedOn(made.host)]).toEqual([before, table]);
  });
});
