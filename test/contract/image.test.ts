/** What an image adds to the contract: whatever its links say, nothing outside of it is touched. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { imageHost } from '../../src/host/image.ts';
import { absolutePath, type AbsolutePath } from '../../src/paths.ts';
import type { FileImage } from '../../src/host/host.ts';
import { image } from './support/fixtures.ts';

let folder: string;
let outside: string;
let root: AbsolutePath;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dockaudit-image-'));
  outside = path.join(folder, 'outside');
  root = absolutePath(path.join(folder, 'root'));
  mkdirSync(path.join(root, 'etc/audit'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(path.join(outside, 'secret'), 'secret');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Links that lead outside for whoever does not know that they belong to an image. */
const traps: ReadonlyArray<readonly [name: string, target: () => string]> = [
  ['an absolute link', () => outside],
  ['a link that climbs', () => '../../../../../../../../../../../../../../../../' + outside],
  ['a link that climbs just one step', () => '../../outside'],
  ['a link to a link', () => 'again'],
];

const below = (name: string) => absolutePath(`/etc/trap/${name}`);

describe.each(traps)('%s', (_name, target) => {
  beforeEach(() => {
    symlinkSync(outside, path.join(root, 'etc/again'));
    symlinkSync(target(), path.join(root, 'etc/trap'));
  });

  test('shows nothing outside', async () => {
    const host = imageHost(root);
    expect(await host.read(below('secret'))).toBeUndefined();
    expect(await host.look(below('secret'))).toBeUndefined();
    expect(await host.list(absolutePath('/etc/trap'))).toBeUndefined();
    expect(await host.resolve(below('secret'))).toBeUndefined();
    expect(await host.space(below('secret'))).toBeUndefined();
  });

  test('lets nothing be changed outside', async () => {
    const host = imageHost(root);
    await expect(host.replace(below('new'), image('x'))).rejects.toMatchObject({ code: 'ENOENT' });
    await host.remove(below('secret'));
    await host.makeDirectory(below('d'), 0o700);
    await host.replace(below('d/new'), image('x'));
    expect(await host.exclusively(below('lock'), async () => 'held')).toBe('held');
    expect(readdirSync(outside)).toEqual(['secret']);
    expect(readdirSync(folder).toSorted()).toEqual(['outside', 'root']);
  });
});

/** What a user who owns the image may do at any moment. */
function swap(): void {
  renameSync(path.join(root, 'etc/audit'), path.join(root, 'etc/audit.x'));
  symlinkSync(outside, path.join(root, 'etc/audit'));
}

test('a directory that becomes a link in the middle of a write leads nothing outside', async () => {
  writeFileSync(path.join(root, 'etc/audit/new'), 'old');
  const { bytes, ...rest } = image('x');
  let reads = 0;
  // It is read once the new file is open, before it is put in its place.
  const treacherous: FileImage = {
    ...rest,
    inherits: true,
    mtimeNs: 1_000_000_001n,
    get bytes() {
      if ((reads += 1) === 1) swap();
      return bytes;
    },
  };
  await imageHost(root).replace(absolutePath('/etc/audit/new'), treacherous);
  expect(reads).toBeGreaterThan(0);
  expect(readdirSync(outside)).toEqual(['secret']);
  expect(readdirSync(path.join(root, 'etc/audit.x'))).toEqual(['new']);
  expect(readFileSync(path.join(root, 'etc/audit.x/new'), 'utf8')).toBe('x');
});

test('a root that becomes a link is not followed', async () => {
  writeFileSync(path.join(root, 'etc/secret'), 'of the image');
  const host = imageHost(root);
  renameSync(path.join(root, 'etc'), path.join(outside, 'etc'));
  rmSync(root, { recursive: true });
  symlinkSync(outside, root);
  const moved = { code: 'EMOVED' };
  const [secret, fresh] = ['secret', 'new'].map((name) => absolutePath(`/etc/${name}`));
  if (!secret || !fresh) throw new Error('two paths');
  await expect(host.read(secret)).rejects.toMatchObject(moved);
  await expect(host.readPart(secret, 0, 1)).rejects.toMatchObject(moved);
  await expect(host.list(absolutePath('/etc'))).rejects.toMatchObject(moved);
  await expect(host.look(secret)).rejects.toMatchObject(moved);
  await expect(host.resolve(secret)).rejects.toMatchObject(moved);
  await expect(host.space(secret)).rejects.toMatchObject(moved);
  await expect(host.replace(fresh, image('x'))).rejects.toMatchObject({
    ...moved,
    message: `cannot replace '${root}/etc/new': somebody moved it, or put a link in its way`,
  });
  await expect(host.remove(secret)).rejects.toMatchObject(moved);
  await expect(host.makeDirectory(absolutePath('/etc/d'), 0o755)).rejects.toMatchObject(moved);
  await expect(host.removeDirectory(absolutePath('/etc/audit'))).rejects.toMatchObject(moved);
  expect(readdirSync(path.join(outside, 'etc')).toSorted()).toEqual(['audit', 'secret']);
});

test('links are followed as the image would', async () => {
  const host = imageHost(root);
  writeFileSync(path.join(root, 'etc/os-release'), 'ID=x\n');
  symlinkSync('/etc/os-release', path.join(root, 'absolute'));
  symlinkSync('../../../../etc', path.join(root, 'etc/audit/up'));
  for (const name of ['/absolute', '/etc/audit/up/os-release']) {
    expect(await host.resolve(absolutePath(name))).toBe('/etc/os-release');
    expect((await host.read(absolutePath(name)))?.bytes).toHaveLength(5);
  }
  expect(await host.look(absolutePath('/absolute'))).toMatchObject({ target: '/etc/os-release' });
});

test('forty links are followed, one more is not', async () => {
  writeFileSync(path.join(root, 'link0'), 'end');
  for (let n = 1; n <= 41; n++) symlinkSync(`link${n - 1}`, path.join(root, `link${n}`));
  const host = imageHost(root);
  expect(await host.resolve(absolutePath('/link40'))).toBe('/link0');
  await expect(host.read(absolutePath('/link41'))).rejects.toMatchObject({ code: 'ELOOP' });
});

test('a failure names the file where this machine finds it', async () => {
  const reading = imageHost(root).read(absolutePath('/etc/audit'));
  await expect(reading).rejects.toMatchObject({
    message: `cannot read '${root}/etc/audit': it is a directory`,
    advice: `move it away, or look at it: ls -ld ${root}/etc/audit`,
  });
});

test('no program runs, not even one that is there', async () => {
  const argv = [absolutePath('/bin/sh'), '-c', `touch ${outside}/ran`] as const;
  const host = imageHost(root);
  expect(await host.run({ kind: 'command', argv, timeoutMs: 1000 })).toMatchObject({ status: 127 });
  expect(await host.ask({ kind: 'query', argv, timeoutMs: 1000 })).toMatchObject({ status: 127 });
  expect(existsSync(path.join(outside, 'ran'))).toBe(false);
  expect(readFileSync(path.join(outside, 'secret'), 'utf8')).toBe('secret');
});
