/**
 * One run at a time, without flock(2), which Node does not have. A lock outlives its owner after a
 * crash; then exactly one of those who notice takes it over, once what the owner began has ended.
 */

import { linkSync, renameSync } from 'node:fs';
import { HostFailure, LockedFailure } from '../errors.ts';
import { absolutePath, parentOf, type AbsolutePath } from '../paths.ts';
import { decode, encode, printable } from '../text.ts';
import { discard, writeTemporary } from './changes.ts';
import { attempt, codeOf, hostFailure, quoted, trouble } from './failure.ts';
import { lookAt, native, readFile } from './files.ts';
import { sweep } from './leavings.ts';
import { isAlive, isElsewhere, isOfThisBoot, ownOwner, parseOwner, printOwner } from './owner.ts';
import { remnantOf } from './remnant.ts';

/** Each try that fails without an owner to name means that another run came and went meanwhile. */
const TRIES = 100;

/** {@link Host.exclusively} */
export async function holding<T>(lock: AbsolutePath, task: () => Promise<T>): Promise<T> {
  const own = printOwner(ownOwner());
  acquire(lock, own);
  try {
    sweep(parentOf(lock));
    return await task();
  } finally {
    release(lock, own);
  }
}

function acquire(lock: AbsolutePath, own: string): void {
  for (let tries = 0; tries < TRIES; tries++) {
    const found = contentOf(lock);
    if (found !== undefined) refuseIfHeld(lock, found);
    if (found === undefined ? place(lock, own, 'create') : takeOver(lock, own, found)) return;
  }
  throw hostFailure('lock', lock, trouble('EBUSY'));
}

/**
 * Of all who saw the same stale lock, only the holder of a second lock may replace it; a dead owner
 * cannot release it, and nobody can create what is there: so what is still stale then stays so.
 * The second lock is stale only if its holder died within these few lines, and is taken over alike.
 */
function takeOver(lock: AbsolutePath, own: string, stale: string): boolean {
  const guard = absolutePath(`${lock}.takeover`);
  acquire(guard, own);
  try {
    return contentOf(lock) === stale && place(lock, own, 'overwrite');
  } finally {
    release(guard, own);
  }
}

/**
 * Puts a lock in place that is whole from its first moment on: written aside, then linked or renamed.
 * link(2) refuses, as O_EXCL does, where something is; an empty lock of a slow writer is never seen.
 */
function place(lock: AbsolutePath, own: string, how: 'create' | 'overwrite'): boolean {
  return attempt('lock', lock, () => {
    const temporary = writeTemporary(parentOf(lock), imageOf(own));
    try {
      (how === 'create' ? linkSync : renameSync)(native(temporary), native(lock));
      return true;
    } catch (cause) {
      // ENOENT: a run of another PID namespace took our number for one that has ended, and swept.
      if (['EEXIST', 'ENOENT'].includes(codeOf(cause) ?? '')) return false;
      throw cause;
    } finally {
      discard(temporary);
    }
  });
}

function refuseIfHeld(lock: AbsolutePath, content: string): void {
  const owner = parseOwner(content);
  if (owner === undefined) return;
  if (isElsewhere(owner))
    refuse(
      lock,
      `another run, process ${owner.pid} of another container, holds it`,
      `wait until it ends; if no container runs dockaudit any more: rm ${quoted(lock)}`,
    );
  if (isAlive(owner))
    refuse(lock, `another run, process ${owner.pid}, holds this host`, waitFor(owner.pid));
  // A loader outlives a run that is killed, and may still be changing the table.
  const left = isOfThisBoot(owner) ? remnantOf(owner.pid) : undefined;
  if (left)
    refuse(
      lock,
      `process ${left.pid} (${printable(left.name)}), begun by a run that was cut off, still works`,
      waitFor(left.pid),
    );
}

function refuse(lock: AbsolutePath, why: string, advice: string): never {
  throw new LockedFailure(`cannot lock '${printable(lock)}': ${why}`, advice);
}

function waitFor(pid: number): string {
  return `wait until it ends, or look at it: ps -fp ${pid}`;
}

function release(lock: AbsolutePath, own: string): void {
  try {
    if (contentOf(lock) === own) discard(lock);
  } catch (cause) {
    // What the task gave or threw matters more; a lock that stays is taken over once we are gone.
    if (!(cause instanceof HostFailure)) throw cause;
  }
}

/** A link names no owner, and is never followed: what takes the lock over replaces it. */
function contentOf(lock: AbsolutePath): string | undefined {
  const target = lookAt(lock)?.target;
  if (target !== undefined) return `link to ${target}`;
  const file = readFile(lock);
  return file === undefined ? undefined : decode(file.bytes);
}

function imageOf(own: string) {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return { bytes: encode(own), mode: 0o644, uid, gid, mtime: new Date() };
}
