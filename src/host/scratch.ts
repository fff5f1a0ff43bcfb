/** A file without a name: holds what a command says, whoever of us ends first. */

import {
  closeSync,
  constants,
  createWriteStream,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  type WriteStream,
} from 'node:fs';
import { TEMPORARY_PREFIX } from './changes.ts';
import { quietly } from './failure.ts';

/** Of each stream of a command. */
const SCRATCH_LIMIT_BYTES = 16 * 1024 * 1024;

/** In memory first: a full disk must not keep a rollback from running its loader. */
const directories = ['/run', '/dev/shm', '/tmp', '/var/tmp'];

// O_APPEND: a writer goes on at the end, also after `trim` has moved it.
const NEW_SCRATCH =
  constants.O_RDWR |
  constants.O_CREAT |
  constants.O_EXCL |
  constants.O_NOFOLLOW |
  constants.O_APPEND;

interface Scratch extends Disposable {
  /** For execa, whose types know descriptors up to 9 only; nothing of ours is written to it. */
  readonly stream: WriteStream;
  /** Cuts what exceeds the limit; says whether it ever did. */
  trim(): boolean;
  /** What was written, up to the limit. */
  bytes(): Uint8Array;
}

let made = 0;

/** @throws what the system said of the last of the directories, if none will do */
export function openScratch(): Scratch {
  const fd = openNameless(directories);
  let isCut = false;
  const trim = () => {
    quietly(() => {
      if (fstatSync(fd).size <= SCRATCH_LIMIT_BYTES) return;
      isCut = true;
      ftruncateSync(fd, SCRATCH_LIMIT_BYTES);
    });
    return isCut;
  };
  const bytes = () => {
    const whole = new Uint8Array(Math.min(fstatSync(fd).size, SCRATCH_LIMIT_BYTES));
    return whole.subarray(0, readSync(fd, whole, 0, whole.length, 0));
  };
  const stream = createWriteStream('', { fd, autoClose: false });
  return { stream, trim, bytes, [Symbol.dispose]: () => quietly(() => closeSync(fd)) };
}

function openNameless([directory, ...others]: readonly string[]): number {
  const path = `${directory}/${TEMPORARY_PREFIX}${process.pid}-${Date.now()}-${(made += 1)}.out`;
  try {
    const fd = openSync(path, NEW_SCRATCH, 0o600);
    // Where that fails it serves all the same: the next run clears it away.
    quietly(() => unlinkSync(path));
    return fd;
  } catch (cause) {
    if (others.length === 0) throw cause;
    return openNameless(others);
  }
}
