/** A quick look passes over what most rules name, and the load that it predicts is the same. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { load } from '../../../src/audit/load.ts';
import { parseRules } from '../../../src/audit/parse.ts';
import { passingDeadEnds } from '../../../src/discover/overlooking.ts';
import { readWorld } from '../../../src/discover/world.ts';
import { linuxHost } from '../../../src/host/linux.ts';
import { absolutePath } from '../../../src/paths.ts';

const root = mkdtempSync(join(realpathSync(tmpdir()), 'dockaudit-quick-'));
mkdirSync(join(root, 'etc/sub'), { recursive: true });
mkdirSync(join(root, 'other/sub'), { recursive: true });
symlinkSync('sub', join(root, 'other/link'));
writeFileSync(join(root, 'other/file'), '');
afterAll(() => rmSync(root, { recursive: true }));

const inputs = (lines: readonly string[], quick: boolean) => ({
  statements: parseRules(
    lines.map((line) => `${line.replaceAll('ROOT', root)}\n`).join(''),
    absolutePath('/etc/audit/audit.rules'),
  ),
  targets: [absolutePath(`${root}/etc/daemon.json`)],
  mounts: [],
  machine: 'x86_64',
  version: [3, 0, 9] as const,
  quick,
});

async function outcome(lines: readonly string[], quick: boolean) {
  const given = inputs(lines, quick);
  const world = await readWorld(passingDeadEnds(linuxHost()), given);
  const { exit, problems, state } = load(given.statements, world);
  return { exit, reasons: problems.map(({ reason }) => reason), rules: state.table.length };
}

const REFUSED = 'Error sending add rule data request';

test.each([
  ['a watch on a directory', ['-w ROOT/other/sub -p wa'], []],
  ['a watch on a name that is free', ['-w ROOT/other/none -p wa'], []],
  ['no parent', ['-w ROOT/none/x -p wa'], [`${REFUSED} (No such file or directory)`]],
  ['a file for a parent', ['-w ROOT/other/file/x'], [`${REFUSED} (No such file or directory)`]],
  [
    'a tree that is not there',
    ['-a always,exit -F dir=ROOT/other/none'],
    [`${REFUSED} (No such file or directory)`],
  ],
  [
    'a link for a tree, with a slash',
    ['-a always,exit -F dir=ROOT/other/link/ -F perm=wa', '-w ROOT/other/link -p wa'],
    [],
  ],
  [
    'a directory as a watch, and its entry',
    ['-w ROOT/other/sub -p wa', '-a always,exit -F path=ROOT/other/sub -F perm=wa'],
    [],
  ],
  [
    'a file as a watch, and its entry',
    ['-w ROOT/other/file -p wa', '-a always,exit -F path=ROOT/other/file -F perm=wa'],
    [`${REFUSED} (Rule exists)`],
  ],
  [
    'a directory as a watch, and as a tree',
    ['-w ROOT/other/sub -p wa', '-a always,exit -F dir=ROOT/other/sub -F perm=wa'],
    [`${REFUSED} (Rule exists)`],
  ],
  ['a watch that ends in dots', ['-w ROOT/other/sub/.. -p wa', '-w ROOT/other/sub/. -p wa'], []],
  [
    'a file that ends in a dot',
    ['-a always,exit -F path=ROOT/other/. -F perm=wa'],
    [`${REFUSED} (Invalid argument)`],
  ],
  ['a free name in /proc', ['-w /proc/none -p wa'], [`${REFUSED} (No such file or directory)`]],
  ['a name in /proc', ['-w /proc/version -p wa'], []],
  ['-q of what is there', ['-q ROOT/other/sub,ROOT/other/link'], []],
  [
    '-q of what is not',
    ['-q ROOT/other/sub,ROOT/other/none'],
    ['Error sending make equivalent request (No such file or directory)'],
  ],
])('%s', async (_what, lines, reasons) => {
  const quick = await outcome(lines, true);
  expect(quick).toEqual(await outcome(lines, false));
  expect(quick.reasons).toEqual(reasons);
});

test('most paths are not looked at', async () => {
  const { paths } = await readWorld(linuxHost(), inputs(['-w ROOT/other/file -p wa'], true));
  expect(paths.get(`${root}/other/file`)?.kind).toBe('unseen');
});
