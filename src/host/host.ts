/**
 * The port: all that dockaudit may ask of a machine, and all that it may do to it.
 * A function that is given no Host is pure; one that is given a HostReader may look.
 */

import type { AbsolutePath } from '../paths.ts';

/** What a file holds and how it is kept. */
export interface FileImage {
  readonly bytes: Uint8Array;
  /** Permission bits, such as 0o640. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: Date;
  /** The same to the nanosecond, for a file that is put back; a read tells the millisecond alone. */
  readonly mtimeNs?: bigint;
  /** Whether ACL and extended attributes of the file that it replaces stay. */
  readonly inherits?: boolean;
}

export type EntryKind = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'device';

/** What stands at a path, the last component not followed. */
export interface Entry {
  readonly kind: EntryKind;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** `st_dev`, as text: only equality matters. */
  readonly device: string;
  readonly inode: string;
  readonly links: number;
  /** Bytes. */
  readonly size: number;
  readonly mtime: Date;
  /** The same, exactly: nanoseconds since 1970. */
  readonly mtimeNs: bigint;
  /** When it was made; absent where the file system does not keep it (btime of statx(2)). */
  readonly bornAt?: Date;
  /** Of a symlink: its text. */
  readonly target?: string;
}

/** Room on a file system. */
export interface Space {
  /** What is left for those who are not root: auditd counts so, too (`f_bavail` of statfs(2)). */
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** How many files may be added; absent where the file system sets no number (btrfs). */
  readonly freeFiles?: number;
}

/** An absolute program and its arguments; no shell ever sees it. */
export type Argv = readonly [AbsolutePath, ...string[]];

/** Changes nothing on the host. */
export interface Query {
  readonly kind: 'query';
  readonly argv: Argv;
  readonly timeoutMs: number;
  /** All of its standard input; nothing where it is absent. */
  readonly input?: Uint8Array;
}

/** May change the host; runs in a process group of its own, so that Ctrl-C does not reach it. */
export interface Command {
  readonly kind: 'command';
  readonly argv: Argv;
  readonly timeoutMs: number;
}

/** How a program ended. Output is cut at a fixed size, which `trouble` then says. */
export interface Exit {
  /** 127 if there is no such program, 124 if time ran out, 128 + n after signal n. */
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly trouble?: 'missing' | 'timeout' | 'overflow' | 'signal';
}

export interface Clock {
  now(): Date;
  pause(ms: number): Promise<void>;
}

/** May look at a machine. Every read is bounded in size and never blocks on a FIFO or a device. */
export interface HostReader {
  /**
   * The regular file at `path`, links followed; undefined if nothing is there.
   * @throws HostFailure if it is no regular file, too large, or cannot be read
   */
  read(path: AbsolutePath): Promise<FileImage | undefined>;
  /**
   * At most `most` bytes, and 16 MiB, of the regular file at `path`, from byte `from` on, links followed: for
   * what may be larger than a read takes. Empty past the end; undefined if nothing is there.
   * @throws HostFailure if it is no regular file, or cannot be read
   */
  readPart(path: AbsolutePath, from: number, most: number): Promise<Uint8Array | undefined>;
  /** Names in a directory, sorted by bytes; undefined if there is no such directory. @throws HostFailure */
  list(directory: AbsolutePath): Promise<readonly string[] | undefined>;
  /** What stands at `path`, never opened; undefined if nothing does. @throws HostFailure */
  look(path: AbsolutePath): Promise<Entry | undefined>;
  /** `path` with every link followed; undefined if nothing is there. @throws HostFailure */
  resolve(path: AbsolutePath): Promise<AbsolutePath | undefined>;
  /** Room on the file system of `path`, links followed; undefined if nothing is there. @throws HostFailure */
  space(path: AbsolutePath): Promise<Space | undefined>;
  ask(query: Query): Promise<Exit>;
  readonly clock: Clock;
}

/** What makes an event and leaves everything as it is. */
export type Deed =
  /** A file or directory is opened read-only and closed; nothing is read. */
  | 'open'
  /** A handle of anything is taken and closed: a link, socket, FIFO or device is not opened by it. */
  | 'handle'
  /** It gets the mode that it has; its ctime moves. */
  | 'setMode';

/** What was touched, and by which process: the event's records name both. */
export interface Touched {
  readonly inode: string;
  /** `st_dev`, as text. */
  readonly device: string;
  readonly pid: number;
}

/** May look at a machine, and do what a rule would record: the power of a proof. */
export interface EventMaker extends HostReader {
  /**
   * Does `deed` to what stands at `path`, in this very process; undefined if nothing does. Nothing is
   * made, and no final link is followed.
   * @throws HostFailure if it cannot be done: `ENOTREG` to open what is neither file nor directory
   */
  touch(path: AbsolutePath, deed: Deed): Promise<Touched | undefined>;
}

/** May change a machine. */
export interface Host extends EventMaker {
  /**
   * Puts `image` at `path` atomically and durably: a new file beside it, owner and mode set, fsync,
   * rename, fsync of the directory. A link at `path` is replaced, not followed.
   * @throws HostFailure; then `path` is as it was, or as asked if only the last fsync failed
   */
  replace(path: AbsolutePath, image: FileImage): Promise<void>;
  /** Removes a file, durably; absent is fine. @throws HostFailure */
  remove(path: AbsolutePath): Promise<void>;
  /** Removes an empty directory, durably; absent is fine. @throws HostFailure */
  removeDirectory(path: AbsolutePath): Promise<void>;
  /**
   * Removes from a directory the files that runs of ours, which have ended, did not bring into place.
   * What cannot be removed stays. @throws HostFailure if there is no way to the directory
   */
  sweep(directory: AbsolutePath): Promise<void>;
  /** Makes a directory and its parents, each new one with `mode`; present is fine. @throws HostFailure */
  makeDirectory(path: AbsolutePath, mode: number): Promise<void>;
  run(command: Command): Promise<Exit>;
  /**
   * Starts a program that goes on when we end, in a session of its own, which no terminal reaches.
   * Returns once it has written its first line; nothing more that it says is heard.
   * @throws HostFailure if it ends before, or says nothing in time: then it was ended
   */
  launch(command: Command): Promise<void>;
  /**
   * Runs `task` while no other run holds `lock`; a lock whose owner is gone is taken over.
   * @throws LockedFailure, which names the owner's pid
   */
  exclusively<T>(lock: AbsolutePath, task: () => Promise<T>): Promise<T>;
}
