/** The file system of the journal is full, as it is where a rule floods a log that lies there, too. */

import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HostFailure } from '../../src/errors.ts';
import type { Host } from '../../src/host/host.ts';
import { absolutePath, isWithin } from '../../src/paths.ts';
import { watched, type Watched } from '../support/confirming.ts';
import { cutOffOnceLoaded } from '../support/cut-off.ts';
import { dockaudit, readFailure } from '../support/golden.ts';
import { listedOn, practised, type Practised } from '../support/hosts.ts';
import { ended, misbehaving } from '../support/misbehaving.ts';
import { standing } from '../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const WAITING = [...FIX, '--confirm-within', '120s'];
const UNDO = ['rollback', '--yes', '--format', 'json'];
const RECOVER = ['recover', '--yes', '--format', 'json'];
const STATE = absolutePath('/var/lib/dockaudit');
const CHANGES = 'var/lib/dockaudit/changes';
const LATE_MS = 121_000;

/** @param code while `isFull` says so, nothing is written to the store */
function refusing(host: Host, isFull: () => boolean, code = 'ENOSPC'): Host {
  return {
    ...host,
    replace: async (path, image) => {
      if (isWithin(path, STATE) && isFull())
        throw new HostFailure(`cannot replace '${path}': no room`, 'df -h', code);
      await host.replace(path, image);
    },
  };
}

/** Whose store has no room but what the reserve gives back. */
function full(host: Host, code = 'ENOSPC'): Host {
  let isFull = true;
  return refusing(
    {
      ...host,
      remove: async (path) => {
        const isThere = (await host.look(path)) !== undefined;
        await host.remove(path);
        if (isThere && path.endsWith('/reserve')) isFull = false;
      },
    },
    () => isFull,
    code,
  );
}

/** Of the newest change. */
function directoryOf({ root }: Practised): string {
  const changes = join(root, CHANGES);
  return join(changes, readdirSync(changes).toSorted().at(-1) ?? '');
}

const reserved = (made: Practised): boolean => readdirSync(directoryOf(made)).includes('reserve');

async function waiting(made: Watched): Promise<string> {
  await dockaudit(made.host, WAITING);
  const [change] = await made.changes();
  expect(change?.state).toBe('unconfirmed');
  return change?.record.id ?? '';
}

const flat = (text: string): string => text.replace(/\s+/g, ' ');

describe('the room of an undo', () => {
  it('is real blocks that no file system makes smaller', async () => {
    using made = await practised();
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    const path = join(directoryOf(made), 'reserve');
    const { size, blocks } = statSync(path);
    expect(size).toBeGreaterThanOrEqual(64 * 1024);
    expect(blocks * 512).toBeGreaterThanOrEqual(size);
    expect(gzipSync(readFileSync(path)).length).toBeGreaterThanOrEqual(size);
  });

  it('is found before the first write, or nothing begins', async () => {
    using made = await practised();
    const before = await standing(made);
    const host: Host = {
      ...made.host,
      replace: async (path, image) => {
        if (path.endsWith('/reserve')) throw new HostFailure('no room', 'df -h', 'ENOSPC');
        await made.host.replace(path, image);
      },
    };
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(1);
    expect(await standing(made)).toEqual(before);
    // What is left of it is nobody's undo, and the next run clears it away.
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    expect(readdirSync(join(made.root, CHANGES))).toHaveLength(1);
  });

  it('of a change that ended before its journal is cleared away with it', async () => {
    using made = await practised();
    const left = join(made.root, CHANGES, '20260101T000000Z-0000');
    mkdirSync(left, { recursive: true, mode: 0o700 });
    writeFileSync(join(left, '0-audit.rules'), '-D\n');
    writeFileSync(join(left, 'reserve'), 'x');
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    expect(readdirSync(join(made.root, CHANGES))).toHaveLength(1);
  });

  it('goes once the change is undone, and with a change that is forgotten', async () => {
    using made = await practised();
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    expect((await dockaudit(made.host, UNDO)).exit).toBe(0);
    expect(reserved(made)).toBe(false);
    // As a run leaves it that is killed just there.
    writeFileSync(join(directoryOf(made), 'reserve'), 'x');
    expect((await dockaudit(made.host, ['history', 'prune', '--keep', '0', '--yes'])).exit).toBe(0);
    expect(readdirSync(join(made.root, CHANGES))).toEqual([]);
  });
});

describe.each(['ENOSPC', 'EDQUOT'])('a store that is full (%s)', (code) => {
  it('lets an undo be made', async () => {
    using made = await practised();
    const before = await standing(made);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    const end = await dockaudit(full(made.host, code), UNDO);
    expect(end.exit, end.stdout).toBe(0);
    expect(end.stderr).not.toContain('could not be told');
    expect(await standing(made)).toEqual(before);
    expect((await dockaudit(made.host, ['history'])).stdout).toContain('rolled back');
  });

  it('lets a change be confirmed', async () => {
    using made = await watched();
    const id = await waiting(made);
    expect((await dockaudit(full(made.host, code), ['confirm', id])).exit).toBe(0);
    expect((await made.changes())[0]?.state).toBe('kept');
  });

  it('lets a change that nobody confirmed go back', async () => {
    using made = await watched();
    const id = await waiting(made);
    expect((await dockaudit(full(made.host, code), ['expire', id])).exit).toBe(0);
    const [change] = await made.changes();
    expect(change).toMatchObject({ state: 'rolledBack', note: 'not confirmed' });
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });
});

describe('a store that fills up while a change is made', () => {
  it('lets it go back, and the journal tells that', async () => {
    using made = await practised();
    const before = await standing(made);
    let isLoaded = false;
    const filling: Host = refusing(made.host, () => isLoaded);
    const host = misbehaving(
      { ...filling, remove: async (path) => removed(path) },
      {
        'augenrules --load': async () => {
          isLoaded = true;
          return ended(1);
        },
      },
    );
    async function removed(path: Parameters<Host['remove']>[0]): Promise<void> {
      await made.host.remove(path);
      if (path.endsWith('/reserve')) isLoaded = false;
    }
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).advice).not.toContain('could not be told');
    expect(await standing(made)).toEqual(before);
    expect((await dockaudit(made.host, ['history'])).stdout).toContain('rolled back');
  });

  it('lets a change that was cut off be ended', async () => {
    using made = await practised();
    const before = await standing(made);
    await cutOffOnceLoaded(made);
    expect(reserved(made)).toBe(true);
    const end = await dockaudit(full(made.host), RECOVER);
    expect(end.exit, end.stdout).toBe(0);
    expect(end.stderr).not.toContain('could not be told');
    expect((await standing(made)).kernel).toEqual(before.kernel);
    expect(reserved(made)).toBe(false);
  });
});

/** How often it paused for an attempt: the room comes after `pauses` of them. */
function roomAfter(made: Watched, pauses: number, code = 'ENOSPC') {
  let count = 0;
  const pause = async (ms: number): Promise<void> => {
    if (ms === 30_000) count += 1;
    await made.clock.pause(ms);
  };
  const host = refusing(made.host, () => count < pauses, code);
  return { host: { ...host, clock: { ...made.clock, pause } }, paused: () => count };
}

describe('a watcher for whom even the reserve is not enough', () => {
  it.each(['ENOSPC', 'EROFS'])('tries again, and the history says so (%s)', async (code) => {
    using made = await watched();
    const id = await waiting(made);
    const { host, paused } = roomAfter(made, 3, code);
    expect((await dockaudit(host, ['expire', id])).exit).toBe(0);
    expect(paused()).toBe(3);
    expect(await listedOn(made.host)).toEqual(['No rules']);
    expect(flat((await dockaudit(made.host, ['history'])).stdout)).toContain(
      'not confirmed; it could not be undone before, tried 3 times: cannot replace',
    );
  });

  it('says what it will do as soon as the journal takes a line', async () => {
    using made = await watched();
    const id = await waiting(made);
    let isRefused = true;
    // A line is taken, but not the one with which an undo begins.
    const host: Host = {
      ...made.host,
      replace: async (path, image) => {
        const isUndoing = Buffer.from(image.bytes).toString().includes('"state":"undoing"');
        if (isUndoing && isRefused) throw new HostFailure('cannot replace: no room', '', 'ENOSPC');
        await made.host.replace(path, image);
      },
      clock: {
        ...made.clock,
        pause: async (ms) => {
          const lines = readFileSync(join(directoryOf(made), 'journal.jsonl'), 'utf8').split('\n');
          expect(lines.filter((line) => line.includes('it is tried again each 30 s'))).toHaveLength(
            1,
          );
          isRefused = made.clock.now().getTime() < endsAt;
          await made.clock.pause(ms);
        },
      },
    };
    const endsAt = made.clock.now().getTime() + 4 * 30_000;
    expect((await dockaudit(host, ['expire', id])).exit).toBe(0);
    expect((await made.changes())[0]?.state).toBe('rolledBack');
  });

  it('gives up after an hour; the change waits for a person', async () => {
    using made = await watched();
    const id = await waiting(made);
    const { host, paused } = roomAfter(made, Infinity);
    const began = made.clock.now().getTime();
    expect((await dockaudit(host, ['expire', id])).exit).toBe(1);
    expect(paused()).toBe(120);
    expect(made.clock.now().getTime() - began).toBeGreaterThanOrEqual(3_600_000);
    expect((await made.changes())[0]?.state).toBe('unconfirmed');
    made.clock.move(LATE_MS);
    expect((await dockaudit(made.host, ['rollback', id, '--yes'])).exit).toBe(0);
  });

  it('leaves what a person confirmed meanwhile', async () => {
    using made = await watched();
    const id = await waiting(made);
    const { host } = roomAfter(made, 2);
    const confirming: Host = {
      ...host,
      clock: {
        ...host.clock,
        pause: async (ms) => {
          await dockaudit(made.host, ['confirm', id]);
          await host.clock.pause(ms);
        },
      },
    };
    expect((await dockaudit(confirming, ['expire', id])).exit).toBe(0);
    expect((await made.changes())[0]?.state).toBe('kept');
  });

  it('of systemd makes no further attempt once it is stopped', async () => {
    using made = await watched();
    const id = await waiting(made);
    const { host, paused } = roomAfter(made, Infinity);
    const stopping = new AbortController();
    const stopped: Host = {
      ...host,
      clock: {
        ...host.clock,
        pause: async (ms) => {
          if (paused() === 1) stopping.abort();
          await host.clock.pause(ms);
        },
      },
    };
    expect((await dockaudit(stopped, ['expire', id], stopping.signal)).exit).toBe(1);
    expect(paused()).toBe(2);
  });

  it('does not go on where another thing is in the way', async () => {
    using made = await watched();
    const id = await waiting(made);
    const { host, paused } = roomAfter(made, Infinity, 'EIO');
    expect((await dockaudit(host, ['expire', id])).exit).toBe(1);
    expect(paused()).toBe(0);
  });
});
