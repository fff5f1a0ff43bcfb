/**
 * Files of a tree whose owner may swap a directory against a link at any moment: what is worked at is
 * held by a descriptor, asked where it really lies, and reached through /proc/self/fd alone.
 * Source: proc(5), /proc/PID/fd; open(2), O_PATH. Node knows no openat2(2).
 */

import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { absolutePath, join, nameOf, parentOf, type AbsolutePath } from '../paths.ts';
import { decode } from '../text.ts';
import { isAbsence, quietly, trouble } from './failure.ts';
import { native, type Hold } from './files.ts';

/** O_PATH, which Node does not name: it neither blocks nor asks for a right. Source: asm-generic/fcntl.h. */
const HANDLE = 0o10000000;

/** A file that is just replaced by another is not where it was, either. */
const TRIES = 3;

/** Works at what stands at `path`, which holds no link. @throws EMOVED if that lies elsewhere by now */
export const held: Hold = (path, task) => {
  const { fd, place } = open(path, HANDLE, TRIES);
  try {
    return task(place);
  } finally {
    letGo(fd);
  }
};

/** Works at what stands, or shall stand, in the directory of `path`, which is held. @throws EMOVED */
export const heldEntry: Hold = (path, task) => {
  const { fd, place } = open(parentOf(path), HANDLE | constants.O_DIRECTORY, TRIES);
  try {
    return task(join(place, nameOf(path)));
  } finally {
    letGo(fd);
  }
};

interface Held {
  readonly fd: number;
  /** A path that leads to what `fd` holds. */
  readonly place: AbsolutePath;
}

/** A link on the way is followed, and found out: it led elsewhere. */
function open(path: AbsolutePath, flags: number, tries: number): Held {
  const fd = openSync(native(path), flags);
  try {
    const place = absolutePath(`/proc/self/fd/${fd}`);
    const real = linkAt(place);
    if (real === path) return { fd, place };
    // Without /proc, as in a bare chroot, only a second look is left: a swap after it is missed.
    if (real === undefined && isStillAt(path, fd)) return { fd, place: path };
  } catch (cause) {
    letGo(fd);
    throw cause;
  }
  letGo(fd);
  if (tries > 1) return open(path, flags, tries - 1);
  throw trouble('EMOVED');
}

/** Nothing was written to it that its close could lose. */
function letGo(fd: number): void {
  quietly(() => closeSync(fd));
}

/** Undefined where there is no /proc. */
function linkAt(place: AbsolutePath): string | undefined {
  try {
    return decode(readlinkSync(place, { encoding: 'buffer' }));
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    throw cause;
  }
}

function isStillAt(path: AbsolutePath, fd: number): boolean {
  const [opened, there] = [fstatSync(fd), statSync(native(path))];
  const real = decode(realpathSync.native(native(path), { encoding: 'buffer' }));
  return opened.dev === there.dev && opened.ino === there.ino && real === path;
}
