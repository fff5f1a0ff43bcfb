/** What every Host promises of looking. */

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../src/text.ts';
import { at, given, image, real, textAt, type Playground } from './fixtures.ts';

export function contractOfReading(ground: () => Playground): void {
  describe('reads', () => {
    test('a file: bytes, mode, owner and time', async () => {
      const path = given(ground(), 'a.rules', '-D\n');
      const stats = statSync(real(ground(), 'a.rules'), { bigint: true });
      expect(await ground().host.read(path)).toEqual({
        bytes: new TextEncoder().encode('-D\n'),
        mode: Number(stats.mode) & 0o7777,
        uid: Number(stats.uid),
        gid: Number(stats.gid),
        mtime: stats.mtime,
      });
    });

    test('nothing where nothing is, and below a file', async () => {
      given(ground(), 'file', '');
      expect(await ground().host.read(at(ground(), 'absent'))).toBeUndefined();
      expect(await ground().host.read(at(ground(), 'file', 'below'))).toBeUndefined();
      expect(await ground().host.list(at(ground(), 'absent'))).toBeUndefined();
      expect(await ground().host.list(at(ground(), 'file'))).toBeUndefined();
      expect(await ground().host.look(at(ground(), 'absent'))).toBeUndefined();
      expect(await ground().host.resolve(at(ground(), 'absent'))).toBeUndefined();
    });

    test('through links, relative and absolute', async () => {
      given(ground(), 'd/file', 'text');
      symlinkSync('d', real(ground(), 'relative'));
      symlinkSync(at(ground(), 'd', 'file'), real(ground(), 'absolute'));
      for (const path of [at(ground(), 'relative', 'file'), at(ground(), 'absolute')]) {
        expect(await textAt(ground(), path)).toBe('text');
        expect(await ground().host.resolve(path)).toBe(at(ground(), 'd', 'file'));
      }
    });

    test('nothing through a dangling link', async () => {
      symlinkSync('nowhere', real(ground(), 'dangling'));
      expect(await ground().host.read(at(ground(), 'dangling'))).toBeUndefined();
      expect(await ground().host.resolve(at(ground(), 'dangling'))).toBeUndefined();
    });

    test('a loop of links is a failure, not a hang', async () => {
      symlinkSync('b', real(ground(), 'a'));
      symlinkSync('a', real(ground(), 'b'));
      const advice = expect.stringContaining('namei -l ');
      const failure = { name: 'HostFailure', code: 'ELOOP', advice };
      await expect(ground().host.read(at(ground(), 'a'))).rejects.toMatchObject(failure);
      await expect(ground().host.resolve(at(ground(), 'a', 'x'))).rejects.toMatchObject(failure);
    });

    test('a FIFO is refused at once', async () => {
      execFileSync('mkfifo', [real(ground(), 'fifo')]);
      await expect(ground().host.read(at(ground(), 'fifo'))).rejects.toMatchObject({
        code: 'ENOTREG',
        message: expect.stringMatching(/^cannot read '.*fifo': it is not a regular file$/),
      });
    });

    test('a device is refused unopened', async ({ skip }) => {
      try {
        execFileSync('mknod', [real(ground(), 'null'), 'c', '1', '3'], { stdio: 'ignore' });
      } catch {
        skip('devices cannot be made here');
      }
      const reading = ground().host.read(at(ground(), 'null'));
      await expect(reading).rejects.toMatchObject({ code: 'ENOTREG' });
      expect(await ground().host.look(at(ground(), 'null'))).toMatchObject({ kind: 'device' });
    });

    test('a directory is refused', async () => {
      mkdirSync(real(ground(), 'd'));
      const reading = ground().host.read(at(ground(), 'd'));
      await expect(reading).rejects.toMatchObject({ code: 'EISDIR' });
    });

    test('what is too large is refused, what just fits is not', async () => {
      const path = given(ground(), 'large', '');
      truncateSync(real(ground(), 'large'), 16 * 1024 * 1024);
      expect((await ground().host.read(path))?.bytes).toHaveLength(16 * 1024 * 1024);
      truncateSync(real(ground(), 'large'), 16 * 1024 * 1024 + 1);
      await expect(ground().host.read(path)).rejects.toMatchObject({
        code: 'ETOOBIG',
        message: expect.stringContaining('it is larger than 16 MiB'),
      });
    });

    test('a part of what is too large, as much of it as there is', async () => {
      const path = given(ground(), 'large', 'begin');
      truncateSync(real(ground(), 'large'), 64 * 1024 * 1024);
      appendFileSync(real(ground(), 'large'), 'end');
      const end = 64 * 1024 * 1024 + 3;
      const part = async (from: number, most: number) => {
        const bytes = await ground().host.readPart(path, from, most);
        return bytes && decode(bytes);
      };
      expect(await part(1, 3)).toBe('egi');
      expect(await part(end - 3, 100)).toBe('end');
      expect(await part(end, 100)).toBe('');
      expect(await part(end * 2, 100)).toBe('');
      const most = await ground().host.readPart(path, 0, end);
      expect(most).toHaveLength(16 * 1024 * 1024);
    });

    test('no part of what is no file, or is not there', async () => {
      execFileSync('/usr/bin/mkfifo', [real(ground(), 'fifo')]);
      mkdirSync(real(ground(), 'd'));
      const { host } = ground();
      await expect(host.readPart(at(ground(), 'fifo'), 0, 1)).rejects.toMatchObject({
        code: 'ENOTREG',
      });
      await expect(host.readPart(at(ground(), 'd'), 0, 1)).rejects.toMatchObject({
        code: 'EISDIR',
      });
      expect(await host.readPart(at(ground(), 'absent'), 0, 1)).toBeUndefined();
    });

    test('names sorted by bytes, those that are no UTF-8 without loss', async () => {
      const strange = Buffer.from([0x72, 0xff, 0x2e, 0x80]);
      const folder = Buffer.from(`${real(ground())}/`);
      writeFileSync(Buffer.concat([folder, strange]), 'strange');
      for (const name of ['ä', 'Z', 'a', '.b']) given(ground(), name, '');
      const names = await ground().host.list(at(ground()));
      expect(names).toEqual(['.b', 'Z', 'a', decode(strange), 'ä']);
      expect(await textAt(ground(), at(ground(), decode(strange)))).toBe('strange');
      await ground().host.replace(at(ground(), decode(strange)), image('new'));
      expect(readFileSync(Buffer.concat([folder, strange]), 'utf8')).toBe('new');
    });

    test('the room of a file system: of a directory, a file, through a link', async () => {
      const file = given(ground(), 'd/file', 'text');
      symlinkSync('d', real(ground(), 'link'));
      const whole = await ground().host.space(at(ground()));
      expect(whole?.totalBytes).toBeGreaterThan(0);
      expect(whole?.freeBytes).toBeGreaterThanOrEqual(0);
      expect(whole?.freeBytes).toBeLessThanOrEqual(whole?.totalBytes ?? 0);
      for (const path of [file, at(ground(), 'link', 'file')])
        expect((await ground().host.space(path))?.totalBytes).toBe(whole?.totalBytes);
    });

    test('no room where nothing is', async () => {
      given(ground(), 'file', '');
      symlinkSync('nowhere', real(ground(), 'dangling'));
      for (const names of [['absent'], ['file', 'below'], ['dangling']])
        expect(await ground().host.space(at(ground(), ...names))).toBeUndefined();
    });

    test('looks at an entry itself', async () => {
      given(ground(), 'file', '12345');
      linkSync(real(ground(), 'file'), real(ground(), 'second'));
      symlinkSync('file', real(ground(), 'link'));
      const [file, second, link] = await Promise.all(
        ['file', 'second', 'link'].map((name) => ground().host.look(at(ground(), name))),
      );
      expect(file).toMatchObject({ kind: 'file', size: 5, links: 2 });
      expect(second).toEqual(file);
      expect(link).toMatchObject({ kind: 'symlink', target: 'file' });
      expect(link?.inode).not.toBe(file?.inode);
      expect(await ground().host.look(at(ground()))).toMatchObject({ kind: 'directory' });
    });
  });
}
