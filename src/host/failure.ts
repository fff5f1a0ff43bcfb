/**
 * Troubles of a machine in words: errno → why, and what a person can type to see more.
 * Source of the names: errno(3); those of our own are `ENOTREG`, `ETOOBIG` and `EMOVED`.
 */

import { constants } from 'node:os';
import { HostFailure } from '../errors.ts';
import { printable } from '../text.ts';

/** Per errno: the reason in words, and the line that looks into it; `%` stands for the path. */
const reasons: Readonly<Record<string, readonly [why: string, advice: string]>> = {
  EACCES: ['permission denied', 'become root, or look at the way there: namei -l %'],
  EPERM: ['operation not permitted', 'become root, or look for a lock on it: lsattr -d %'],
  ENOENT: ['no such file or directory', 'look at the way there: namei -l %'],
  ENOTDIR: ['a part of the path is not a directory', 'look at the way there: namei -l %'],
  EISDIR: ['it is a directory', 'move it away, or look at it: ls -ld %'],
  ENOTREG: ['it is not a regular file', 'move it away, or look at it: ls -ld %'],
  ETOOBIG: ['it is larger than 16 MiB', 'move it away, or look at it: ls -ld %'],
  EMOVED: ['somebody moved it, or put a link in its way', 'look at the way there: namei -l %'],
  ELOOP: ['too many symbolic links', 'look at the links: namei -l %'],
  ENAMETOOLONG: ['the name is too long', 'look at the way there: namei -l %'],
  ENOSPC: ['no space is left on the device', 'make room: df -h %; df -i %'],
  EDQUOT: ['the disk quota is used up', 'make room: quota -v'],
  EFBIG: ['it would be larger than this process may write', 'raise the limit: ulimit -f unlimited'],
  EROFS: ['the file system is read-only', 'look at the mount: findmnt -T %'],
  EXDEV: ['it is on another file system', 'look at the mount: findmnt -T %'],
  EBUSY: ['it is in use', 'look who uses it: fuser -v %'],
  EIO: ['the device reported an error', 'look at the kernel log: dmesg | tail'],
  EMFILE: ['this process has too many open files', 'raise the limit: ulimit -n 4096'],
  ENFILE: ['the system has too many open files', 'raise the limit: sysctl fs.file-max'],
  ENOMEM: ['no memory is left', 'make room: free -h'],
  EAGAIN: ['it is not available now', 'try again, or look at the limits: ulimit -a'],
  ENOTEMPTY: ['it is not empty', 'look at it: ls -la %'],
  ESTALE: ['its network file system lost it', 'look at the mount: findmnt -T %'],
};

/** What libuv has no name for, and Node calls `UNKNOWN` or `Unknown system error -N`. Source: os.constants. */
const unnamed = new Map(Object.entries(constants.errno).map(([name, number]) => [number, name]));

/**
 * A failure `cannot <verb> '<thing>': <why>`, made from what the system threw.
 * @throws `cause` itself if the system gave it no name: that is a bug of ours, and keeps its stack
 */
export function hostFailure(verb: string, thing: string, cause: unknown): HostFailure {
  if (cause instanceof HostFailure) return cause;
  const code = codeOf(cause);
  if (code === undefined) throw cause;
  const [why, advice] = reasons[code] ?? [code, 'look at it: ls -ld %'];
  return new HostFailure(
    `cannot ${verb} '${printable(thing)}': ${why}`,
    advice.replaceAll('%', () => quoted(thing)),
    code,
    cause,
  );
}

/** What `task` gives; whatever the system throws becomes a {@link HostFailure}. */
export function attempt<T>(verb: string, thing: string, task: () => T): T {
  try {
    return task();
  } catch (cause) {
    throw hostFailure(verb, thing, cause);
  }
}

/** As {@link attempt}; undefined if there is nothing at that path. */
export function attemptIfThere<T>(verb: string, thing: string, task: () => T): T | undefined {
  try {
    return task();
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    throw hostFailure(verb, thing, cause);
  }
}

/** Does what should be done but must not hide what came before it: clearing away, mostly. */
export function quietly(task: () => void): void {
  try {
    task();
  } catch (cause) {
    if (codeOf(cause) === undefined) throw cause;
  }
}

/** Whether the system says that nothing stands at a path. */
export function isAbsence(cause: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(cause) ?? '');
}

/** The errno name that an error carries, if any; Node's own `ERR_…` is none. */
export function codeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error && 'code' in cause && typeof cause.code === 'string'))
    return undefined;
  const { code } = cause;
  if (/^E[A-Z0-9]+$/.test(code)) return code;
  if (!/^unknown/i.test(code) || !('errno' in cause)) return undefined;
  const number = -Number(cause.errno);
  return unnamed.get(number) ?? `errno ${number}`;
}

/** An error of our own making, with a name as errno has them. */
export function trouble(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** `text` as one word of a shell, safe for a terminal. */
export function quoted(text: string): string {
  const shown = printable(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", String.raw`'\''`)}'`;
}
