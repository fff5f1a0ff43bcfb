/** A harmless event on this machine: what is done, what is left as it is, what is never opened. */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { imageHost } from '../../../src/host/image.ts';
import { linuxHost } from '../../../src/host/linux.ts';
import { absolutePath } from '../../../src/paths.ts';

const host = linuxHost();
let folder = '';
const at = (name: string) => absolutePath(join(folder, name));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dockaudit-touch-'));
  writeFileSync(at('file'), 'text');
  mkdirSync(at('directory'));
  symlinkSync('file', at('link'));
  symlinkSync('nowhere', at('dangling'));
  execFileSync('/usr/bin/mkfifo', [at('fifo')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** All that a look tells, but for the time of the last change of owner or mode. */
function kept(name: string): object {
  const { ino, mode, size, mtimeNs, atimeNs } = lstatSync(at(name), { bigint: true });
  return { ino, mode, size, mtimeNs, atimeNs };
}

it.each(['file', 'directory'])('opens a %s, and leaves all of it as it is', async (name) => {
  const before = kept(name);
  const touched = await host.touch(at(name), 'open');
  expect(touched).toEqual({
    inode: String(lstatSync(at(name)).ino),
    device: String(lstatSync(at(name)).dev),
    pid: process.pid,
  });
  expect(kept(name)).toEqual(before);
});

it.each(['fifo', 'link', 'dangling'])('does not open a %s, nor wait for it', async (name) => {
  await expect(host.touch(at(name), 'open')).rejects.toMatchObject({ code: 'ENOTREG' });
});

it.each(['fifo', 'link', 'dangling', 'file', 'directory'])(
  'takes a handle of a %s itself',
  async (name) => {
    const touched = await host.touch(at(name), 'handle');
    expect(touched?.inode).toBe(String(lstatSync(at(name)).ino));
  },
);

it.each([
  ['file', 0o4751],
  ['directory', 0o1777],
  ['fifo', 0o640],
] as const)('sets the mode of a %s to what it is: %o', async (name, mode) => {
  chmodSync(at(name), mode);
  const before = lstatSync(at(name), { bigint: true });
  await host.touch(at(name), 'setMode');
  const after = lstatSync(at(name), { bigint: true });
  expect([after.mode, after.mtimeNs, after.ino]).toEqual([before.mode, before.mtimeNs, before.ino]);
  expect(after.ctimeNs).toBeGreaterThan(before.ctimeNs);
});

it('sets no mode through a link', async () => {
  const before = lstatSync(at('file'), { bigint: true }).ctimeNs;
  await expect(host.touch(at('link'), 'setMode')).rejects.toMatchObject({ code: 'ELOOP' });
  expect(lstatSync(at('file'), { bigint: true }).ctimeNs).toBe(before);
});

it.each(['open', 'handle', 'setMode'] as const)('makes nothing by %s', async (deed) => {
  expect(await host.touch(at('absent'), deed)).toBeUndefined();
  expect(lstatSync(at('absent'), { throwIfNoEntry: false })).toBeUndefined();
});

it('has no kernel to ask in an image', async () => {
  const image = imageHost(absolutePath(folder));
  await expect(image.touch(absolutePath('/file'), 'open')).rejects.toThrow(
    'an image has no kernel',
  );
});
