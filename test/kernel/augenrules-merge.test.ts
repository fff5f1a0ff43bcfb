/**
 * `merge` and `loadOrder` against the host's own augenrules, run on generated directories with its
 * two paths changed. Only temporary directories are written; the kernel is not asked.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { merge, type Dialect } from '../../src/audit/merge.ts';
import { loadOrder } from '../../src/audit/order.ts';
import { parseVersion } from '../../src/audit/auditctl.ts';
import { absolutePath } from '../../src/paths.ts';
import { decode, encode } from '../../src/text.ts';

const DIRECTORIES = 1000;
const work = mkdtempSync(join(tmpdir(), 'augenrules-'));
const source = join(work, 'rules.d');
const destination = join(work, 'audit.rules');
const script = join(work, 'augenrules');
/** augenrules expands patterns in the directory where it runs, too: this one matches none. */
const nowhere = join(work, 'empty');
let dialect: Dialect;

beforeAll(() => {
  mkdirSync(nowhere);
  const original = readFileSync('/usr/sbin/augenrules', 'utf8');
  const changed = original
    .replace(/^DestinationFile=.*$/m, `DestinationFile=${destination}`)
    .replace(/^SourceRulesDir=.*$/m, `SourceRulesDir=${source}`);
  writeFileSync(script, changed, { mode: 0o755 });
  dialect = { awk: awkOfHost(), ls: 'coreutils', version: versionOfHost() };
});

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

function awkOfHost(): Dialect['awk'] {
  const name = basename(realpathSync('/usr/bin/awk'));
  if (name === 'mawk') return 'mawk';
  return name === 'busybox' ? 'busybox' : 'gawk';
}

function versionOfHost(): Dialect['version'] {
  const answer = execFileSync('/usr/sbin/auditctl', ['-v'], { encoding: 'utf8' });
  return parseVersion(answer) ?? [3, 0, 9];
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

it('writes what augenrules writes', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(directory, (files) => {
      rmSync(source, { recursive: true, force: true });
      mkdirSync(source);
      for (const [file, content] of files) writeFileSync(join(source, file), encode(content));
      rmSync(destination, { force: true });
      execFileSync(script, { cwd: nowhere, stdio: 'ignore', env: { PATH: '/usr/bin:/bin' } });
      expect(merged(files)).toBe(decode(readFileSync(destination)));
    }),
    { numRuns: DIRECTORIES },
  );
});

function merged(files: readonly (readonly [string, string])[]): string {
  const contents = new Map(files);
  const order = loadOrder([...contents.keys()], dialect);
  const read = order.flatMap((file) => {
    const content = contents.get(file);
    return content === undefined ? [] : [{ path: absolutePath(`/d/${file}`), text: content }];
  });
  return merge(read, dialect).text.replace('/etc/audit/rules.d', source);
}
