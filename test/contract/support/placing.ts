/** What every Host promises of removing files and making directories. */

import { spawnSync } from 'node:child_process';
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

    test('what runs that are gone left in a directory, and nothing of others', async () => {
      const gone = `.dockaudit-${spawnSync('/bin/true').pid}-1`;
      const stay = [`.dockaudit-${process.ppid}-1-1.tmp`, `${gone}-1.rules`, 'x.tmp'];
      for (const name of [...stay, `${gone}-1.tmp`, `${gone}-1.out`]) given(ground(), name, '');
      symlinkSync('x.tmp', real(ground(), `${gone}-2.tmp`));
      mkdirSync(real(ground(), `${gone}-3.tmp`));
      const strange = [`${gone}-2.tmp`, `${gone}-3.tmp`];
      await ground().host.sweep(at(ground()));
      await ground().host.sweep(at(ground(), 'absent'));
      expect(readdirSync(real(ground())).toSorted()).toEqual([...stay, ...strange].toSorted());
    });

    test('no directory', async () => {
      mkdirSync(real(ground(), 'd'));
      const removing = ground().host.remove(at(ground(), 'd'));
      await expect(removing).rejects.toMatchObject({ name: 'HostFailure' });
      expect(existsSync(real(ground(), 'd'))).toBe(true);
    });

    test('a directory that is asked for as one, if it holds nothing', async () => {
      mkdirSync(real(ground(), 'd'));
      given(ground(), 'd/file', 'kept');
      symlinkSync('d', real(ground(), 'link'));
      const removing = ground().host.removeDirectory(at(ground(), 'd'));
      await expect(removing).rejects.toMatchObject({ code: 'ENOTEMPTY' });
      for (const name of ['link', 'd/file'])
        await ground().host.removeDirectory(at(ground(), name));
      expect(existsSync(real(ground(), 'd', 'file'))).toBe(true);
      await ground().host.remove(at(ground(), 'd', 'file'));
      await ground().host.removeDirectory(at(ground(), 'd'));
      await ground().host.removeDirectory(at(ground(), 'd'));
      expect(readdirSync(real(ground()))).toEqual(['link']);
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
