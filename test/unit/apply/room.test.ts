/** A change that has no room is not begun: nothing is written, and the figures are told. T78. */

import { describe, expect, it } from 'vitest';
import type { Host, Space } from '../../../src/host/host.ts';
import { HostFailure } from '../../../src/errors.ts';
import { isWithin, absolutePath, type AbsolutePath } from '../../../src/paths.ts';
import { dockaudit, readFailure } from '../../support/golden.ts';
import { faulty } from '../../support/faults.ts';
import { practised, type Practised } from '../../support/hosts.ts';
import { withOthers } from '../../support/others.ts';
import { standing } from '../../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const AUDIT = absolutePath('/etc/audit');
const STATE = absolutePath('/var/lib/dockaudit');
const TMP = absolutePath('/tmp');
const AMPLE: Space = { freeBytes: 2 ** 30, totalBytes: 2 ** 31 };

/** `directory` lies on a file system of its own, with that room. */
function mounted(host: Host, directory: AbsolutePath, space: Partial<Space>): Host {
  return {
    ...host,
    look: async (path) => {
      const entry = await host.look(path);
      return entry && isWithin(path, directory) ? { ...entry, device: 'its own' } : entry;
    },
    space: async (path) => (isWithin(path, directory) ? { ...AMPLE, ...space } : AMPLE),
  };
}

/** Runs a fix that has to be refused before the first write. */
async function refused(made: Practised, host: Host) {
  const before = await standing(made);
  const { host: watched, effects } = faulty(host, 'before', 0);
  const end = await dockaudit(watched, FIX);
  expect(end.exit, end.stdout).toBe(1);
  expect(await standing(made)).toEqual(before);
  expect(effects.filter((effect) => / \/var\/lib\/dockaudit\/changes/.test(effect))).toEqual([]);
  expect(effects.filter((effect) => effect.startsWith('run '))).toEqual([]);
  return readFailure(end);
}

describe('a change is not begun', () => {
  it.each([
    ["where augenrules' own copies would not fit", AUDIT],
    ['where augenrules has no room to put its rules together', TMP],
    ['where the before-images would not fit', STATE],
  ])('%s', async (_where, directory) => {
    using made = await withOthers();
    await made.host.makeDirectory(TMP, 0o1777);
    const { message, advice } = await refused(
      made,
      mounted(made.host, directory, { freeBytes: 3000 }),
    );
    expect(message).toMatch(new RegExp(`'${directory}[^:]*: 2 KiB are free, \\d+ KiB are needed$`));
    expect(advice).toMatch(new RegExp(`^make room: df -h ${directory}`));
  });

  it('where no more files may be added', async () => {
    using made = await withOthers();
    const host = mounted(made.host, STATE, { freeFiles: 1 });
    const { message, advice } = await refused(made, host);
    expect(message).toMatch(/: 1 file may be added, \d+ are needed$/);
    expect(advice).toBe(`make room: df -i ${STATE}`);
  });

  it('where the journal cannot be written', async () => {
    using made = await withOthers();
    const readOnly = new HostFailure('cannot replace: the file system is read-only', '', 'EROFS');
    const { message } = await refused(made, {
      ...made.host,
      replace: async (path, image) => {
        if (isWithin(path, STATE)) throw readOnly;
        await made.host.replace(path, image);
      },
    });
    expect(message).toBe(readOnly.message);
  });
});

describe('a change is made', () => {
  it.each([AUDIT, STATE])('where %s has just the room', async (directory) => {
    using made = await practised();
    const freeBytes = 192 * 1024;
    const end = await dockaudit(mounted(made.host, directory, { freeBytes, freeFiles: 12 }), FIX);
    expect(end.exit, end.stdout).toBe(0);
  });

  it('and asks nothing of file systems that it does not write', async () => {
    using made = await practised();
    const full = mounted(made.host, absolutePath('/home'), { freeBytes: 0 });
    expect((await dockaudit(full, FIX)).exit).toBe(0);
  });
});
