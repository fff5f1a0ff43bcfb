/** Paths as the kernel walks them, on files of a temporary folder. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joined } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseRules } from '../../../src/audit/parse.ts';
import type { PathFacts } from '../../../src/audit/world.ts';
import { passingDeadEnds } from '../../../src/discover/overlooking.ts';
import { readWorld } from '../../../src/discover/world.ts';
import { linuxHost } from '../../../src/host/linux.ts';
import { absolutePath } from '../../../src/paths.ts';

const root = mkdtempSync(joined(realpathSync(tmpdir()), 'dockaudit-lookup-'));
mkdirSync(joined(root, 'a/b'), { recursive: true });
symlinkSync('a/b', joined(root, 'link'));
symlinkSync('circle', joined(root, 'circle'));
afterAll(() => rmSync(root, { recursive: true }));

async function look(name: string): Promise<PathFacts | undefined> {
  return (await worldOf(name)).paths.get(`${root}/${name}`);
}

function worldOf(name: string) {
  const text = `-a always,exit -F dir=${root}/${name} -F perm=wa\n`;
  const statements = parseRules(text, absolutePath('/etc/audit/audit.rules'));
  const version = [3, 0, 9] as const;
  return readWorld(passingDeadEnds(linuxHost()), {
    statements,
    targets: [],
    mounts: [],
    machine: 'x86_64',
    version,
  });
}

test.each([
  ['link/../x', 'absent', 'a/x'],
  ['link/..', 'directory', 'a'],
  ['a/./../a//b', 'directory', 'a/b'],
  ['circle', 'symlink', 'circle'],
])('%s is %s at %s', async (name, kind, place) => {
  expect(await look(name)).toMatchObject({ kind, place: `${root}/${place}` });
});

test.each([
  ['through a circle', 'circle/x'],
  ['up from nothing', 'nothing/../a'],
  ['below a name that is too long', `${'x'.repeat(256)}/y`],
])('a path %s leads nowhere', async (_, name) => {
  expect(await look(name)).toEqual({ kind: 'absent', place: undefined });
});

test('a name that is too long is not there', async () => {
  expect(await look('x'.repeat(256))).toMatchObject({ kind: 'absent' });
});

test('what a link leads to is looked up by its own place, too', async () => {
  const { paths } = await worldOf('link/');
  expect(paths.get(`${root}/a/b`)).toMatchObject({ kind: 'directory', place: `${root}/a/b` });
});
