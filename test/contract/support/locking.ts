/** What every Host promises of locks, as far as one process can see it. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { at, given, real, type Playground } from './fixtures.ts';

export function contractOfLocks(ground: () => Playground): void {
  describe('locks', () => {
    test('others out while the task runs, and lets go after it', async () => {
      const lock = at(ground(), 'lock');
      const result = await ground().host.exclusively(lock, async () => {
        const second = ground().host.exclusively(lock, async () => 'never');
        await expect(second).rejects.toMatchObject({
          name: 'LockedFailure',
          message: expect.stringContaining(`process ${process.pid},`),
        });
        await expect(second).rejects.toMatchObject({
          exitCode: 75,
          advice: expect.stringMatching(/ps -fp \d+$/),
        });
        return 'done';
      });
      expect(result).toBe('done');
      expect(readdirSync(real(ground()))).toEqual([]);
    });

    test('and lets go when the task throws', async () => {
      const failing = ground().host.exclusively(at(ground(), 'lock'), async () => {
        throw new Error('of the task');
      });
      await expect(failing).rejects.toThrow('of the task');
      expect(readdirSync(real(ground()))).toEqual([]);
    });

    test('but not against the dead, the reborn, or what is no lock', async () => {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const stale = [
        'pid=1 boot=00000000-0000-0000-0000-000000000000 start=1\n',
        `pid=4194999 boot=${boot} start=1\n`,
        `pid=${process.pid} boot=${boot} start=1\n`,
        '',
        'garbage',
      ];
      for (const text of stale) {
        given(ground(), 'lock', text);
        given(ground(), 'lock.takeover', text);
        const taking = ground().host.exclusively(at(ground(), 'lock'), async () => 'taken');
        expect(await taking).toBe('taken');
        expect(readdirSync(real(ground()))).toEqual([]);
      }
    });

    test('and leaves a lock alone that is no longer its own', async () => {
      await ground().host.exclusively(at(ground(), 'lock'), async () => {
        writeFileSync(real(ground(), 'lock'), 'of another');
      });
      expect(readFileSync(real(ground(), 'lock'), 'utf8')).toBe('of another');
    });
  });
}
