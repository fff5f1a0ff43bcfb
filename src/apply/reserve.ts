/**
 * The room of an undo, taken when the change is made: what floods the log fills the disk on which the
 * journal lies, mostly, and then what floods it could not be taken out any more.
 */

import { HostFailure } from '../errors.ts';
import { join } from '../paths.ts';
import { directoryOf, keep, type Store } from './store.ts';

/** Name of the file that holds the room, beside the journal. */
export const RESERVE = 'reserve';

/** Bytes at least: an undo writes a few lines, and each writes the journal anew. */
const LEAST_BYTES = 64 * 1024;
/** The journal with what an undo says of its goal, twice: the new one is whole before the old one goes. */
const JOURNALS = 4;
/** A file that others have edited, and what an undo makes of it. */
const MERGED_COPIES = 2;
/** Web Crypto gives no more at once. */
const PIECE_BYTES = 65_536;

/**
 * Bytes that an undo may need in the store.
 * @param journalBytes of the journal when the change begins
 * @param editedBytes of what the plan writes
 */
export function reserveBytes(journalBytes: number, editedBytes: number): number {
  return LEAST_BYTES + JOURNALS * journalBytes + MERGED_COPIES * editedBytes;
}

/** Real blocks, also where the file system compresses, or makes holes of zeros. @throws HostFailure */
export async function reserve(store: Store, id: string, size: number): Promise<void> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += PIECE_BYTES)
    crypto.getRandomValues(bytes.subarray(at, at + PIECE_BYTES));
  await keep(store, join(directoryOf(store, id), RESERVE), bytes);
}

/** The same store; where it is full, what the change has reserved is given up for what is written. */
export function yielding(store: Store, id: string): Store {
  const { host } = store;
  return {
    ...store,
    host: {
      ...host,
      replace: (path, image) =>
        host.replace(path, image).catch(async (cause: unknown) => {
          if (!isFull(cause) || !(await giveUp(store, id))) throw cause;
          await host.replace(path, image);
        }),
    },
  };
}

/** Of a change that is undone: it needs no undo any more. What cannot be removed does no harm. */
export async function release(store: Store, id: string): Promise<void> {
  await giveUp(store, id);
}

async function giveUp(store: Store, id: string): Promise<boolean> {
  const path = join(directoryOf(store, id), RESERVE);
  try {
    if (!(await store.host.look(path))) return false;
    await store.host.remove(path);
    return true;
  } catch (cause) {
    if (cause instanceof HostFailure) return false;
    throw cause;
  }
}

/** Whether what failed found no room: on the disk, or in the quota. */
export function isFull(cause: unknown): boolean {
  return cause instanceof HostFailure && FULL.includes(cause.code);
}

const FULL = ['ENOSPC', 'EDQUOT'];
