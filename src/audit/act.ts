/**
 * What a call did, to what: the words that a person would use. Source: the man pages of the calls;
 * include/uapi/asm-generic/fcntl.h; which names a record holds: Linux 6.18's log.
 */

import { absolutePath, join, type AbsolutePath } from '../paths.ts';
import type { Call, PathItem } from './call.ts';
import { ERRORS } from './vocabulary.ts';

export type ActKind =
  | 'openedForReading'
  | 'openedForWriting'
  | 'opened'
  | 'made'
  | 'madeDirectory'
  | 'madeLink'
  | 'madeSocket'
  | 'linked'
  | 'renamed'
  | 'deleted'
  | 'cut'
  | 'executed'
  | 'changedMode'
  | 'changedOwner'
  | 'changedAttributes'
  | 'readAttributes'
  | 'readLink'
  | 'looked'
  | 'connected'
  | 'called';

/** A file of an event. */
export interface Thing {
  /** Undefined where no record tells the directory, or no name at all. */
  readonly path: AbsolutePath | undefined;
  /** As the program gave it. */
  readonly name: string | undefined;
  readonly inode: string | undefined;
  readonly device: string | undefined;
  /** The directory, where a call that failed left no more: the file was not there, or in the way. */
  readonly directory: AbsolutePath | undefined;
  /** Where a name is relative to an open directory: that one. */
  readonly parent: { readonly inode: string; readonly device: string } | undefined;
}

/** One call in words. */
export interface Act {
  readonly kind: ActKind;
  readonly what: Thing | undefined;
  /** What it was renamed to, or the new link. */
  readonly to: Thing | undefined;
  /** The mode or owner that was asked for, `0640`, `0:1`; of `called`, the call's name. */
  readonly value: string | undefined;
  /** `EACCES`, where it failed. */
  readonly error: string | undefined;
}

interface Row {
  readonly kind: ActKind | 'open';
  /** Which argument is the directory that a name is relative to, and that of the new name. */
  readonly at?: number;
  readonly toAt?: number;
  /** Which argument is the flags, the mode, or the first of user and group. */
  readonly value?: number;
}

const rows = (kind: Row['kind'], ...names: readonly string[]) =>
  names.map((name): readonly [string, Row] => [name, { kind, ...(atEnd(name) && { at: 0 }) }]);

function atEnd(name: string): boolean {
  return /at2?$/.test(name) && !/^f?stat$/.test(name);
}

const CALLS: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['open', { kind: 'open', value: 1 }],
  ['openat', { kind: 'open', at: 0, value: 2 }],
  ['openat2', { kind: 'open', at: 0 }],
  ['open_by_handle_at', { kind: 'open', value: 2 }],
  ['creat', { kind: 'openedForWriting' }],
  ['chmod', { kind: 'changedMode', value: 1 }],
  ['fchmod', { kind: 'changedMode', value: 1 }],
  ['fchmodat', { kind: 'changedMode', at: 0, value: 2 }],
  ['fchmodat2', { kind: 'changedMode', at: 0, value: 2 }],
  ['chown', { kind: 'changedOwner', value: 1 }],
  ['lchown', { kind: 'changedOwner', value: 1 }],
  ['fchown', { kind: 'changedOwner', value: 1 }],
  ['fchownat', { kind: 'changedOwner', at: 0, value: 2 }],
  ['rename', { kind: 'renamed' }],
  ['renameat', { kind: 'renamed', at: 0, toAt: 2 }],
  ['renameat2', { kind: 'renamed', at: 0, toAt: 2 }],
  ['link', { kind: 'linked' }],
  ['linkat', { kind: 'linked', at: 0, toAt: 2 }],
  ['symlinkat', { kind: 'madeLink', at: 1 }],
  ...rows('madeLink', 'symlink'),
  ...rows('madeDirectory', 'mkdir', 'mkdirat'),
  ...rows('made', 'mknod', 'mknodat'),
  ...rows('madeSocket', 'bind'),
  ...rows('connected', 'connect'),
  ...rows('deleted', 'unlink', 'unlinkat', 'rmdir'),
  ...rows('cut', 'truncate', 'ftruncate', 'fallocate'),
  ...rows('executed', 'execve', 'execveat'),
  ...rows('changedAttributes', 'setxattr', 'lsetxattr', 'fsetxattr', 'setxattrat'),
  ...rows('changedAttributes', 'removexattr', 'lremovexattr', 'fremovexattr', 'removexattrat'),
  ...rows('readAttributes', 'getxattr', 'lgetxattr', 'fgetxattr', 'getxattrat'),
  ...rows('readAttributes', 'listxattr', 'llistxattr', 'flistxattr', 'listxattrat'),
  ...rows('readLink', 'readlink', 'readlinkat'),
  ...rows('looked', 'stat', 'lstat', 'fstat', 'newfstatat', 'statx', 'access', 'faccessat'),
]);

/** The call in words. */
export function actOf(call: Call): Act {
  // 32-bit interfaces have chown32 and truncate64 beside the old ones.
  const row = CALLS.get(call.name) ?? CALLS.get(call.name.replace(/(?:32|64)$/, ''));
  const { kind = 'called', at, toAt, value } = row ?? {};
  const given = call.paths.filter(({ role }) => role !== 'PARENT');
  const old = given.find(({ role }) => role === 'DELETE' || role === 'NORMAL');
  const made = given.findLast(({ role }) => role === 'CREATE');
  const isPair = kind === 'renamed' || kind === 'linked';
  const main = isPair || kind === 'executed' ? old : (made ?? old ?? given.at(-1));
  return {
    kind: kind === 'open' ? openingOf(call, value, made) : kind,
    what: main ? thingOf(main, call, at, 0) : somethingIn(call),
    to: isPair && made ? thingOf(made, call, toAt, 1) : undefined,
    value: kind === 'called' ? call.name : wordOf(kind, call.args, value),
    error: call.isSuccess ? undefined : errorOf(call.exit),
  };
}

const ACCESS_MODE = 3n;
const O_TRUNC = 0o1000n;
const O_PATH = 0o10000000n;

function openingOf(call: Call, value: number | undefined, made: PathItem | undefined): ActKind {
  if (made !== undefined) return 'made';
  const flags = value === undefined ? call.openFlags : call.args[value];
  if (flags === undefined || (flags & O_PATH) !== 0n) return 'opened';
  const writes = (flags & ACCESS_MODE) !== 0n || (flags & O_TRUNC) !== 0n;
  return writes ? 'openedForWriting' : 'openedForReading';
}

function wordOf(
  kind: Row['kind'],
  args: Call['args'],
  index: number | undefined,
): string | undefined {
  if (index === undefined) return undefined;
  const [first, second] = args.slice(index);
  if (first === undefined) return undefined;
  if (kind === 'changedMode') return (first & 0o7777n).toString(8).padStart(4, '0');
  return kind === 'changedOwner' ? `${ownerOf(first)}:${ownerOf(second)}` : undefined;
}

/** -1 leaves it as it is. */
function ownerOf(value = 0xffff_ffffn): string {
  const id = BigInt.asUintN(32, value);
  return id === 0xffff_ffffn ? '' : String(id);
}

const AT_FDCWD = 0xffff_ff9cn;

/**
 * A name that is relative to an open directory stands beside the process's own directory, which is
 * not the one that is meant: only the inode of its parent tells.
 */
function thingOf(item: PathItem, call: Call, at: number | undefined, turn: number): Thing {
  const { name, inode, device } = item;
  const isOpen = at !== undefined && BigInt.asUintN(32, call.args[at] ?? 0n) !== AT_FDCWD;
  const isRelative = name !== undefined && name !== '' && !name.startsWith('/');
  const parents = call.paths.filter(({ role }) => role === 'PARENT');
  const parent = parents[turn] ?? parents.at(-1);
  const isKnown = parent?.inode !== undefined && parent.device !== undefined;
  return {
    path: isRelative && isOpen ? undefined : pathOf(name, call.directory),
    name: name === '' ? undefined : name,
    inode,
    device,
    directory: undefined,
    parent:
      isRelative && isOpen && isKnown ? { inode: parent.inode, device: parent.device } : undefined,
  };
}

function somethingIn({ paths, directory }: Call): Thing | undefined {
  const name = paths.find(({ role }) => role === 'PARENT')?.name;
  const path = pathOf(name, directory);
  const nothing = { path: undefined, name: undefined, inode: undefined, device: undefined };
  return path && { ...nothing, directory: path, parent: undefined };
}

function pathOf(name: string | undefined, directory: string | undefined): AbsolutePath | undefined {
  if (name === undefined || name === '' || name.includes('\0')) return undefined;
  if (name.startsWith('/')) return absolutePath(name);
  const isUsable = directory?.startsWith('/') === true && !directory.includes('\0');
  return isUsable ? join(absolutePath(directory), name) : undefined;
}

function errorOf(exit: number | undefined): string {
  const number = exit === undefined ? 0 : -exit;
  return ERRORS.names.get(number) ?? (number > 0 ? `error ${number}` : 'an error');
}
