/** What every Host promises of removing files and making directories. */

import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { at, given, real, type Playground } from './fixtures.ts';

export function contractOfRemoving(ground: () => Playground): void {
  describe('removes', () => {
    test('a file, a link itself, and what is not there', async () => {
      given(ground(), 'file', 'kept');
      symlinkSync('file', real(ground(), 'link'));
      await ground().host.remove(at(ground(), 'link'));
      expect(readdirSync(real(ground()))).toEqual(['file']);
      await ground().host.remove(at(ground(), 'file'));
      await ground().host.remove(at(ground(), 'file'));
      await ground().host.remove(at(ground(), 'absent', 'file'));
      expect(readdirSync(real(ground()))).toEqual([]);
    });

    test('an empty directory, one that is not there, and none that holds something', async () => {
      mkdirSync(real(ground(), 'd', 'e'), { recursive: true });
      const full = ground().host.removeDirectory(at(ground(), 'd'));
      await expect(full).rejects.toMatchObject({ name: 'HostFailure' });
      await ground().host.removeDirectory(at(ground(), 'd', 'e'));
      await ground().host.removeDirectory(at(ground(), 'd', 'e'));
      await ground().host.removeDirectory(at(ground(), 'd'));
      expect(readdirSync(real(ground()))).toEqual([]);
    });

    test('no directory', async () => {
      mkdirSync(real(ground(), 'd'));
      const removing = ground().host.remove(at(ground(), 'd'));
      await expect(removing).rejects.toMatchObject({ name: 'HostFailure' });
      expect(existsSync(real(ground(), 'd'))).toBe(true);
    });
  });
}

export function contractOfDirectories(ground: () => Playground): void {
  describe('makes directories', () => {
    test('with their parents; those that are there keep their mode', async () => {
      mkdirSync(real(ground(), 'a'), { mode: 0o711 });
      await ground().host.makeDirectory(at(ground(), 'a', 'b', 'c'), 0o700);
      await ground().host.makeDirectory(at(ground(), 'a', 'b', 'c'), 0o755);
      const modes = ['a', 'a/b', 'a/b/c'].map(
        (name) => statSync(real(ground(), name)).mode & 0o7777,
      );
      expect(modes).toEqual([0o711, 0o700, 0o700]);
    });

    test('not where a file is', async () => {
      given(ground(), 'file', '');
      for (const names of [['file'], ['file', 'below']]) {
        const making = ground().host.makeDirectory(at(ground(), ...names), 0o700);
        await expect(making).rejects.toMatchObject({ code: 'ENOTDIR' });
      }
    });
  });
}
