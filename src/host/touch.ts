/**
 * Harmless events: what stands at a path is opened and closed, or given the mode that it has. Nothing
 * is read, made or followed; no FIFO, socket or device is opened. Source: open(2), fchmod(2), O_PATH.
 */

import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  type BigIntStats,
} from 'node:fs';
import type { AbsolutePath } from '../paths.ts';
import { attemptIfThere, trouble } from './failure.ts';
import { entryOf, native } from './files.ts';
import type { Deed, Entry, Touched } from './host.ts';

const CAREFULLY =
  constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY | constants.O_NOFOLLOW;

/** Node has no name for O_PATH. Source: asm-generic/fcntl.h, which every Linux of Node's goes by. */
const HANDLE = 0o10000000 | constants.O_NOFOLLOW;

const VERBS: Readonly<Record<Deed, string>> = {
  open: 'open',
  handle: 'take a handle of',
  setMode: 'set the mode of',
};

/** {@link EventMaker.touch} */
export function touch(path: AbsolutePath, deed: Deed): Touched | undefined {
  return attemptIfThere(VERBS[deed], path, () => {
    // To open a device can act upon it, so look first; what is swapped in meanwhile is not waited for.
    const canBeOpened = isPlain(lstatSync(native(path), { bigint: true }));
    if (deed === 'open' && !canBeOpened) throw trouble('ENOTREG');
    const isOpened = deed === 'open' || (deed === 'setMode' && canBeOpened);
    const fd = openSync(native(path), isOpened ? CAREFULLY : HANDLE);
    try {
      const entry = entryOf(fstatSync(fd, { bigint: true }));
      if (deed === 'setMode') setMode(fd, entry, isOpened);
      return { inode: entry.inode, device: entry.device, pid: process.pid };
    } finally {
      closeSync(fd);
    }
  });
}

function isPlain(stats: BigIntStats): boolean {
  return stats.isFile() || stats.isDirectory();
}

/** By what is held, so that what gets the mode is what was asked for it; set-id bits are among its bits. */
function setMode(fd: number, { kind, mode }: Entry, isOpened: boolean): void {
  if (kind === 'symlink') throw trouble('ELOOP');
  if (isOpened) fchmodSync(fd, mode);
  // fchmod(2) refuses a handle; its name in /proc leads to the very same file.
  else chmodSync(`/proc/self/fd/${fd}`, mode);
}
