/**
 * Looking at real files: bounded, never blocking, never following what need not be followed.
 * Synchronous on purpose: for small files the thread pool costs more than the call.
 */

import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  statfsSync,
  statSync,
  type BigIntStats,
} from 'node:fs';
import { absolutePath, type AbsolutePath } from '../paths.ts';
import { decode, encode } from '../text.ts';
import { attemptIfThere, trouble } from './failure.ts';
import type { Entry, EntryKind, FileImage, Space } from './host.ts';

/** No file of a host's audit configuration comes near it. */
const LIMIT_BYTES = 16 * 1024 * 1024;

/** Where `size` is 0, as in /proc, one page is tried first. */
const PAGE_BYTES = 4096;

// O_CLOEXEC is not among Node's constants: libuv sets it on every open (uv_fs_open, libuv 1.x).
const CAREFULLY = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const kinds: ReadonlyMap<number, EntryKind> = new Map([
  [constants.S_IFREG, 'file'],
  [constants.S_IFDIR, 'directory'],
  [constants.S_IFLNK, 'symlink'],
  [constants.S_IFIFO, 'fifo'],
  [constants.S_IFSOCK, 'socket'],
]);

/** `path` as Node's calls take it; bytes where it is no UTF-8. */
export function native(path: AbsolutePath): string | Buffer {
  return path.isWellFormed() ? path : Buffer.from(encode(path));
}

/** Lets `task` work at what stands at `path`, by the path that it is given instead. */
export type Hold = <T>(path: AbsolutePath, task: (place: AbsolutePath) => T) => T;

/** Of a tree in which only root can swap a directory against a link: the path itself. */
export const loosely: Hold = (path, task) => task(path);

/** {@link HostReader.read} */
export function readFile(path: AbsolutePath, hold: Hold = loosely): FileImage | undefined {
  return attemptIfThere('read', path, () =>
    hold(path, (place) => {
      const { fd, entry } = openRegular(place);
      try {
        const { mode, uid, gid, mtime, size } = entry;
        return { bytes: drain(fd, size), mode, uid, gid, mtime };
      } finally {
        closeSync(fd);
      }
    }),
  );
}

/** {@link HostReader.readPart} */
export function readPart(
  path: AbsolutePath,
  from: number,
  most: number,
  hold: Hold = loosely,
): Uint8Array | undefined {
  return attemptIfThere('read', path, () =>
    hold(path, (place) => {
      const { fd } = openRegular(place);
      try {
        const bytes = new Uint8Array(Math.min(most, LIMIT_BYTES));
        let filled = 0;
        for (let got = -1; got !== 0; filled += got)
          got = readSync(fd, bytes, filled, bytes.length - filled, from + filled);
        return bytes.subarray(0, filled);
      } finally {
        closeSync(fd);
      }
    }),
  );
}

/** {@link HostReader.list} */
export function listNames(
  directory: AbsolutePath,
  hold: Hold = loosely,
): readonly string[] | undefined {
  return attemptIfThere('list', directory, () =>
    hold(directory, (place) => readdirSync(native(place), { encoding: 'buffer' }))
      .toSorted((a, b) => Buffer.compare(a, b))
      .map((name) => decode(name)),
  );
}

/** {@link HostReader.look} */
export function lookAt(path: AbsolutePath, hold: Hold = loosely): Entry | undefined {
  return attemptIfThere('look at', path, () =>
    hold(path, (place) => {
      // An error that is thrown costs ten times what the call does, and rules name much that is absent.
      const stats = lstatSync(native(place), { bigint: true, throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      return stats.isSymbolicLink()
        ? { ...entryOf(stats), target: decode(readlinkSync(native(place), { encoding: 'buffer' })) }
        : entryOf(stats);
    }),
  );
}

/** {@link HostReader.resolve} */
export function resolveLinks(path: AbsolutePath): AbsolutePath | undefined {
  return attemptIfThere('resolve', path, () =>
    absolutePath(decode(realpathSync.native(native(path), { encoding: 'buffer' }))),
  );
}

/** {@link HostReader.space} */
export function spaceAt(path: AbsolutePath, hold: Hold = loosely): Space | undefined {
  return attemptIfThere('measure the room at', path, () => {
    const { bavail, blocks, bsize, ffree, files } = hold(path, (place) =>
      statfsSync(native(place), { bigint: true }),
    );
    return {
      freeBytes: Number(bavail * bsize),
      totalBytes: Number(blocks * bsize),
      ...(files > 0n ? { freeFiles: Number(ffree) } : {}),
    };
  });
}

/** What lstat(2) or fstat(2) tells, but for the text of a link. */
export function entryOf(stats: BigIntStats): Entry {
  return {
    kind: kinds.get(Number(stats.mode) & constants.S_IFMT) ?? 'device',
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    device: String(stats.dev),
    inode: String(stats.ino),
    links: Number(stats.nlink),
    size: Number(stats.size),
    mtime: stats.mtime,
    mtimeNs: stats.mtimeNs,
    ...(stats.birthtimeMs > 0n ? { bornAt: stats.birthtime } : {}),
  };
}

/** The caller closes it. */
function openRegular(path: AbsolutePath): { readonly fd: number; readonly entry: Entry } {
  // To open a device can act upon it (a watchdog starts, a tape rewinds), so look first.
  refuseUnlessRegular(entryOf(statSync(native(path), { bigint: true })));
  const fd = openSync(native(path), CAREFULLY);
  try {
    const entry = entryOf(fstatSync(fd, { bigint: true }));
    refuseUnlessRegular(entry);
    return { fd, entry };
  } catch (cause) {
    closeSync(fd);
    throw cause;
  }
}

function refuseUnlessRegular({ kind }: Entry): void {
  if (kind !== 'file') throw trouble(kind === 'directory' ? 'EISDIR' : 'ENOTREG');
}

/** All bytes of `fd` until its end, whatever its size claims. */
function drain(fd: number, size: number): Uint8Array {
  if (size > LIMIT_BYTES) throw trouble('ETOOBIG');
  let bytes = new Uint8Array(Math.max(size + 1, PAGE_BYTES));
  let filled = 0;
  for (let got = -1; got !== 0; filled += got) {
    if (filled > LIMIT_BYTES) throw trouble('ETOOBIG');
    if (filled === bytes.length) bytes = grown(bytes);
    got = readSync(fd, bytes, filled, bytes.length - filled, null);
  }
  return bytes.slice(0, filled);
}

function grown(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2);
  larger.set(bytes);
  return larger;
}
