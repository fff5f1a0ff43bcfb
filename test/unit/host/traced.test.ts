import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { imageHost } from '../../../src/host/image.ts';
import { traced, type Traced } from '../../../src/host/traced.ts';
import { absolutePath } from '../../../src/paths.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'dockaudit-traced-'));
  writeFileSync(path.join(root, 'file'), '12345');
});
afterAll(() => rmSync(root, { recursive: true }));

test('every call is told once it ended, with what it was about and its outcome', async () => {
  const lines: Traced[] = [];
  const host = traced(imageHost(absolutePath(root)), (line) => void lines.push(line));
  const file = absolutePath('/file');
  const argv = [absolutePath('/bin/true'), 'a b', '\x1b[31m'] as const;
  const image = await host.read(file);
  await host.read(absolutePath('/absent'));
  await host.list(absolutePath('/'));
  await host.look(file);
  await host.resolve(file);
  await host.space(absolutePath('/absent'));
  await host.ask({ kind: 'query', argv, timeoutMs: 1000 });
  await host.run({ kind: 'command', argv, timeoutMs: 1000 });
  if (image !== undefined) await host.replace(file, image);
  await host.makeDirectory(absolutePath('/d'), 0o700);
  await host.remove(file);
  await host.removeDirectory(absolutePath('/none'));
  await host.sweep(absolutePath('/'));
  await host.exclusively(absolutePath('/lock'), async () => undefined);
  await expect(host.read(absolutePath('/d'))).rejects.toThrow('it is a directory');
  const program = String.raw`/bin/true 'a b' '\x1b[31m'`;
  expect(lines.map(({ verb, what, outcome }) => [verb, what, outcome])).toEqual([
    ['read', '/file', '5 bytes'],
    ['read', '/absent', 'absent'],
    ['list', '/', '1 name'],
    ['look', '/file', 'file'],
    ['resolve', '/file', '/file'],
    ['space', '/absent', 'absent'],
    ['ask', program, 'status 127, missing'],
    ['run', program, 'status 127, missing'],
    ['replace', '/file', '5 bytes'],
    ['makeDirectory', '/d', 'done'],
    ['remove', '/file', 'done'],
    ['removeDirectory', '/none', 'done'],
    ['sweep', '/', 'done'],
    ['exclusively', '/lock', 'released'],
    ['read', '/d', `failed: cannot read '${root}/d': it is a directory`],
  ]);
  expect(lines.every(({ ms }) => ms > 0)).toBe(true);
});
