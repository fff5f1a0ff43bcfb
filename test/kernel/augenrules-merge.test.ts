/**
 * `merge` and `loadOrder` against the host's own augenrules, run on generated directories with its
 * two paths changed, by each awk. Only temporary directories are written; the kernel is not asked.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { merge, type Dialect } from '../../src/audit/merge.ts';
import { loadOrder } from '../../src/audit/order.ts';
import { absolutePath } from '../../src/paths.ts';
import { decode, encode } from '../../src/text.ts';
import { EXTENT, SEED } from '../support/extent.ts';
import { hostVersion } from '../support/oracle.ts';

const work = mkdtempSync(join(tmpdir(), 'augenrules-'));
const source = join(work, 'rules.d');
const destination = join(work, 'audit.rules');
/** augenrules expands patterns in the directory where it runs, too: this one matches none. */
const nowhere = join(work, 'empty');

/** What `awk` is on a host, by what it is called here. */
const AWKS = { gawk: '/usr/bin/gawk', mawk: '/usr/bin/mawk', busybox: '/usr/bin/busybox' } as const;
const NAMES = ['gawk', 'mawk', 'busybox'] as const;

/**
 * What later versions changed in the script, as edits of the one that is installed. They restate what
 * was measured on the versions' own scripts; these are not at hand.
 */
const EDITS = {
  /** Since 3.1.1 a carriage return at the end of a line is dropped first. */
  carriage: (script: string) =>
    script.replace('if (length($0) < 1)', 'sub(/\\r$/, ""); if (length($0) < 1)'),
  /** Since 4.2 each name is one word, and `sort` puts them in order. */
  names: (script: string) =>
    script.replace(
      /^for rules in .*\n.*\n^done/m,
      `printf '%s\\0' "$SourceRulesDir"/*.rules | sort -zV | xargs -0 cat`,
    ),
} as const;

beforeAll(() => {
  mkdirSync(nowhere);
  for (const name of NAMES) {
    mkdirSync(join(work, name));
    symlinkSync(AWKS[name], join(work, name, 'awk'));
  }
});

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

/** The host's script with its two paths changed, and `edits` made. */
function scriptWith(edits: readonly (keyof typeof EDITS)[]): string {
  const path = join(work, ['augenrules', ...edits].join('-'));
  const original = readFileSync('/usr/sbin/augenrules', 'utf8')
    .replace(/^DestinationFile=.*$/m, `DestinationFile=${destination}`)
    .replace(/^SourceRulesDir=.*$/m, `SourceRulesDir=${source}`);
  const changed = edits.reduce((script, edit) => {
    const next = EDITS[edit](script);
    if (next === script) throw new Error(`the installed augenrules is not as '${edit}' expects`);
    return next;
  }, original);
  writeFileSync(path, changed, { mode: 0o755 });
  return path;
}

const name = fc
  .tuple(
    fc.string({
      unit: fc.constantFrom(...Array.from('aB19-_.~+0 [*é')),
      minLength: 1,
      maxLength: 7,
    }),
    fc.constantFrom('.rules', '.rules', '.rules', '.rules', '.rules.bak', ''),
  )
  .map((parts) => parts.join(''))
  .filter((text) => text !== '.' && text !== '..');

const text = fc
  .array(
    fc.constantFrom(
      ...'-D|-D | -D|-D -k k|-Dx|s-D|-b 8192|\t-b 1|s-b|-f 1|-e 2|  -e 1|-exclude'.split('|'),
      ...'# c| # c|\t#|ss#|-w /a -k k|-w /é|\udcff| |-i|--loginuid-immutable'.split('|'),
      ...'\n|\n|\n|\n|\n|\n|\r\n|\r\n|\r'.split('|'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const directory = fc.uniqueArray(fc.tuple(name, text), {
  maxLength: 6,
  selector: ([file]) => file,
});

const CASES = NAMES.flatMap((awk) => [
  { awk, edits: [], version: hostVersion(), directories: EXTENT.directories },
  {
    awk,
    edits: ['carriage'] as const,
    version: [3, 1, 1] as const,
    directories: Math.ceil(EXTENT.directories / 10),
  },
  {
    awk,
    edits: ['carriage', 'names'] as const,
    version: [4, 2, 0] as const,
    directories: Math.ceil(EXTENT.directories / 10),
  },
]);

describe.each(CASES)('with $awk, $edits', ({ awk, edits, version, directories }) => {
  it(`writes what augenrules writes, ${directories} times`, { timeout: 1_200_000 }, () => {
    const script = scriptWith(edits);
    const dialect: Dialect = { awk, ls: 'coreutils', version };
    fc.assert(
      fc.property(directory, (files) => {
        rmSync(source, { recursive: true, force: true });
        mkdirSync(source);
        for (const [file, content] of files) writeFileSync(join(source, file), encode(content));
        rmSync(destination, { force: true });
        const env = { PATH: `${join(work, awk)}:/usr/bin:/bin` };
        execFileSync(script, { cwd: nowhere, stdio: 'ignore', env });
        expect(merged(files, dialect)).toBe(decode(readFileSync(destination)));
      }),
      { numRuns: directories, seed: SEED },
    );
  });
});

function merged(files: readonly (readonly [string, string])[], dialect: Dialect): string {
  const contents = new Map(files);
  const order = loadOrder([...contents.keys()], dialect);
  const read = order.flatMap((file) => {
    const content = contents.get(file);
    return content === undefined ? [] : [{ path: absolutePath(`/d/${file}`), text: content }];
  });
  return merge(read, dialect).text.replace('/etc/audit/rules.d', source);
}
