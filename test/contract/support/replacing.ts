/** What every Host promises of replacing a file: all or nothing. */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  watch,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ACL, attribute, setAttribute } from '../../support/attributes.ts';
import { at, given, image, real, textAt, type Playground } from './fixtures.ts';

export function contractOfReplacing(ground: () => Playground): void {
  describe('replaces', () => {
    test('absent or present: bytes, mode and time as asked', async () => {
      const path = at(ground(), 'a.rules');
      const images = [image('one\n'), image('two\n', { mode: 0o600 }), image('')];
      for (const wanted of images) {
        await ground().host.replace(path, wanted);
        expect(await ground().host.read(path)).toEqual(wanted);
      }
    });

    test.runIf(isRoot())('the owner too, as root', async () => {
      const path = at(ground(), 'owned');
      const wanted = image('x', { uid: 12, gid: 34, mode: 0o4751 });
      await ground().host.replace(path, wanted);
      expect(await ground().host.read(path)).toEqual(wanted);
    });

    test.runIf(isRoot())('without root what one owns, but not in the name of another', async () => {
      execFileSync('chown', ['-R', '65534:65534', real(ground())]);
      execFileSync('chmod', ['a+x', real(ground()), real(ground(), '..')]);
      await asNobody(async () => {
        await ground().host.replace(at(ground(), 'own'), image('mine'));
        const stolen = ground().host.replace(at(ground(), 'stolen'), image('x', { uid: 0 }));
        await expect(stolen).rejects.toMatchObject({ code: 'EPERM' });
      });
      expect(readdirSync(real(ground()))).toEqual(['own']);
    });

    test('whatever the umask is', async () => {
      const umask = process.umask(0o777);
      try {
        await ground().host.replace(at(ground(), 'file'), image('x', { mode: 0o644 }));
        await ground().host.makeDirectory(at(ground(), 'd', 'e'), 0o755);
      } finally {
        process.umask(umask);
      }
      expect(await ground().host.look(at(ground(), 'file'))).toMatchObject({ mode: 0o644 });
      expect(await ground().host.look(at(ground(), 'd', 'e'))).toMatchObject({ mode: 0o755 });
    });

    test('a time to the nanosecond, of any year', async () => {
      const path = at(ground(), 'timed');
      // The first is no multiple of what a double tells of this century.
      for (const mtimeNs of [1_767_225_600_123_456_789n, 1_767_225_600_000_000_001n, 7n, 0n, -7n]) {
        const mtime = new Date(Number(mtimeNs / 1_000_000n));
        await ground().host.replace(path, { ...image('x'), mtime, mtimeNs });
        expect((await ground().host.look(path))?.mtimeNs).toBe(mtimeNs);
      }
    });

    test.runIf(isRoot())('and keeps ACL and attributes of the old file, if asked to', async () => {
      const path = given(ground(), 'kept.rules', 'old');
      chmodSync(real(ground(), 'kept.rules'), 0o640);
      setAttribute(real(ground(), 'kept.rules'), 'user.note', Buffer.from('mine'));
      setAttribute(real(ground(), 'kept.rules'), 'system.posix_acl_access', ACL);
      const wanted = image('new', { mode: 0o640 });
      await ground().host.replace(path, { ...wanted, inherits: true });
      expect(await ground().host.read(path)).toEqual(wanted);
      expect(attribute(real(ground(), 'kept.rules'), 'user.note')).toBe('6d696e65');
      expect(attribute(real(ground(), 'kept.rules'), 'system.posix_acl_access')).toBe(
        ACL.toString('hex'),
      );
      await ground().host.replace(path, wanted);
      expect(attribute(real(ground(), 'kept.rules'), 'user.note')).toBe('');
    });

    test('a link, not what it leads to', async () => {
      given(ground(), 'target', 'kept');
      symlinkSync('target', real(ground(), 'link'));
      await ground().host.replace(at(ground(), 'link'), image('new'));
      expect(lstatSync(real(ground(), 'link')).isFile()).toBe(true);
      expect(readFileSync(real(ground(), 'target'), 'utf8')).toBe('kept');
    });

    test('one name of a file; its other names keep their bytes', async () => {
      given(ground(), 'one', 'old');
      linkSync(real(ground(), 'one'), real(ground(), 'other'));
      await ground().host.replace(at(ground(), 'one'), image('new'));
      expect(readFileSync(real(ground(), 'other'), 'utf8')).toBe('old');
    });

    test('or fails and leaves everything as it was', async () => {
      given(ground(), 'd/inner', 'kept');
      const tooLong = 'n'.repeat(256);
      const cases = [
        ['d', 'EISDIR'],
        [tooLong, 'ENAMETOOLONG'],
        ['absent/file', 'ENOENT'],
        ['d/inner/file', 'ENOTDIR'],
      ] as const;
      for (const [name, code] of cases) {
        const replacing = ground().host.replace(at(ground(), name), image('new'));
        await expect(replacing).rejects.toMatchObject({ name: 'HostFailure', code });
      }
      expect(readdirSync(real(ground()))).toEqual(['d']);
      expect(readdirSync(real(ground(), 'd'))).toEqual(['inner']);
      expect(readFileSync(real(ground(), 'd/inner'), 'utf8')).toBe('kept');
    });

    test.runIf(isRoot())('or meets a full disk, and then a read-only one', async ({ skip }) => {
      given(ground(), 'disk/other', '');
      const disk = real(ground(), 'disk');
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk], { stdio: 'ignore' });
      } catch {
        skip('nothing can be mounted here');
      }
      const path = given(ground(), 'disk/file', 'old');
      const huge = image('x'.repeat(1024 * 1024));
      try {
        const filling = ground().host.replace(path, huge);
        await expect(filling).rejects.toMatchObject({
          code: 'ENOSPC',
          message: expect.stringMatching(
            /^cannot replace '.*file': no space is left on the device$/,
          ),
          advice: expect.stringMatching(/^make room: df -h .*file; df -i .*file$/),
        });
        execFileSync('mount', ['-o', 'remount,ro', disk]);
        const writing = ground().host.replace(path, image('new'));
        await expect(writing).rejects.toMatchObject({ code: 'EROFS' });
        expect(readdirSync(disk)).toEqual(['file']);
        expect(await textAt(ground(), path)).toBe('old');
      } finally {
        execFileSync('umount', [disk]);
      }
    });

    test('under names that no loader reads, and leaves none of them', async () => {
      const seen = new Set<string>();
      const watcher = watch(real(ground()), (_event, name) => void seen.add(name ?? ''));
      await ground().host.replace(at(ground(), 'a.rules'), image('x'));
      await expect.poll(() => seen.has('a.rules')).toBe(true);
      watcher.close();
      seen.delete('a.rules');
      expect(seen.size).toBeGreaterThan(0);
      for (const name of seen) expect(name).toMatch(/^\..*(?<!\.rules)$/);
      expect(readdirSync(real(ground()))).toEqual(['a.rules']);
    });
  });
}

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

async function asNobody(task: () => Promise<void>): Promise<void> {
  process.setegid?.(65534);
  process.seteuid?.(65534);
  try {
    await task();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
