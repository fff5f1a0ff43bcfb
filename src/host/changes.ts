/**
 * Changing real files, atomically and durably; the reader sees the old file or the new, never a part.
 * Order after write-file-atomic's gaps: O_EXCL, owner, mode, fsync, rename,
 * fsync of the directory.
 */

import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join, parentOf, type AbsolutePath } from '../paths.ts';
import { attempt, attemptIfThere, codeOf, quietly, trouble } from './failure.ts';
import { loosely, native, type Hold } from './files.ts';
import type { FileImage } from './host.ts';

/** Names of files that are not yet in place; a crash may leave one behind. No loader reads them. */
export const TEMPORARY_PREFIX = '.dockaudit-';

const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY;

let made = 0;

/** What is done to a new file besides, while it is open: `before` owner and mode are set, `after` its times. */
export interface Dressing {
  /** @param replaced the path at which it shall stand, and where another may stand now */
  before(fd: number, replaced: AbsolutePath): void;
  after(fd: number): void;
}

/** {@link Host.replace} */
export function replaceFile(
  path: AbsolutePath,
  image: FileImage,
  dressing?: Dressing,
  hold: Hold = loosely,
): void {
  attempt('replace', path, () =>
    hold(path, (place) => {
      const temporary = writeTemporary(parentOf(place), image, {
        before: (fd) => dressing?.before(fd, place),
        after: (fd) => dressing?.after(fd),
      });
      try {
        renameSync(native(temporary), native(place));
      } catch (cause) {
        discard(temporary);
        throw cause;
      }
      syncDirectory(parentOf(place));
    }),
  );
}

/** {@link Host.remove} */
export function removeFile(path: AbsolutePath, hold?: Hold): void {
  removeBy(unlinkSync, path, hold);
}

/** {@link Host.removeDirectory} */
export function removeDirectory(path: AbsolutePath, hold?: Hold): void {
  removeBy(rmdirSync, path, hold);
}

function removeBy(
  call: (path: string | Buffer) => void,
  path: AbsolutePath,
  hold: Hold = loosely,
): void {
  attemptIfThere('remove', path, () =>
    hold(path, (place) => {
      call(native(place));
      syncDirectory(parentOf(place));
    }),
  );
}

/** {@link Host.makeDirectory} */
export function makeDirectories(path: AbsolutePath, mode: number, hold: Hold = loosely): void {
  attempt('make the directory', path, () => {
    for (const directory of missingAbove(path)) hold(directory, (place) => makeOne(place, mode));
  });
}

/** A new file in `directory` that holds `image` on disk, and whose name no loader reads. */
export function writeTemporary(
  directory: AbsolutePath,
  image: FileImage,
  dressing?: Pick<Dressing, 'after'> & { before(fd: number): void },
): AbsolutePath {
  const path = join(
    directory,
    `${TEMPORARY_PREFIX}${process.pid}-${Date.now()}-${(made += 1)}.tmp`,
  );
  const fd = openSync(native(path), NEW_FILE, 0o600);
  try {
    // Closing counts: a network file system may tell only then that it did not store the bytes.
    closing(fd, () => {
      write(fd, image);
      dressing?.before(fd);
      keepAs(fd, image);
      dressing?.after(fd);
      fsyncSync(fd);
    });
    return path;
  } catch (cause) {
    discard(path);
    throw cause;
  }
}

/** Removes what should not stay; the failure that led here is the one to tell. */
export function discard(path: AbsolutePath): void {
  quietly(() => unlinkSync(native(path)));
}

function write(fd: number, { bytes }: FileImage): void {
  for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
}

function keepAs(fd: number, { mode, uid, gid, mtime }: FileImage): void {
  const own = fstatSync(fd);
  // Only where it changes something: some mounts and user namespaces refuse it even in vain.
  if (own.uid !== uid || own.gid !== gid) fchownSync(fd, uid, gid);
  // After the owner, since chown(2) takes set-id bits away.
  fchmodSync(fd, mode);
  futimesSync(fd, secondsOf(mtime), secondsOf(mtime));
}

/** For utimes(2): Node takes a fraction, whose rounding may fall short of the millisecond. */
function secondsOf(time: Date): number {
  const ms = time.getTime();
  return ms % 1000 === 0 ? ms / 1000 : (ms + 0.0005) / 1000;
}

/** Those of `path` and its ancestors that are not there, topmost first. */
function missingAbove(path: AbsolutePath): readonly AbsolutePath[] {
  const there = statSync(native(path), { throwIfNoEntry: false });
  if (there === undefined) return [...missingAbove(parentOf(path)), path];
  if (!there.isDirectory()) throw trouble('ENOTDIR');
  return [];
}

function makeOne(directory: AbsolutePath, mode: number): void {
  try {
    mkdirSync(native(directory), 0o700);
  } catch (cause) {
    // Another run may just have made it; any other thing there is refused by what comes next.
    if (codeOf(cause) === 'EEXIST' && statSync(native(directory)).isDirectory()) return;
    throw cause;
  }
  // mkdir(2) obeys the umask; O_NOFOLLOW so that what we just made is what gets the mode.
  onDirectory(directory, constants.O_NOFOLLOW, (fd) => {
    fchmodSync(fd, mode);
    fsyncSync(fd);
  });
  syncDirectory(parentOf(directory));
}

function syncDirectory(directory: AbsolutePath): void {
  onDirectory(directory, 0, (fd) => {
    try {
      fsyncSync(fd);
    } catch (cause) {
      // Some file systems know no fsync of a directory, and say EINVAL: fsync(2).
      if (codeOf(cause) !== 'EINVAL') throw cause;
    }
  });
}

function onDirectory(directory: AbsolutePath, flags: number, task: (fd: number) => void): void {
  const fd = openSync(native(directory), DIRECTORY | flags);
  closing(fd, () => task(fd));
}

function closing(fd: number, task: () => void): void {
  try {
    task();
  } finally {
    closeSync(fd);
  }
}
