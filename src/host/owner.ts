/** Who holds a lock: a process, told apart from all others that had or will have its number. */

import { readlinkSync } from 'node:fs';
import { readFile } from './files.ts';
import { codeOf, quietly } from './failure.ts';
import { absolutePath } from '../paths.ts';
import { decode } from '../text.ts';

interface Owner {
  readonly pid: number;
  /** Of /proc/sys/kernel/random/boot_id; empty where there is no /proc. */
  readonly boot: string;
  /** Clock ticks since boot; empty where there is no /proc. Source: proc(5), stat field 22. */
  readonly start: string;
  /** Inode of its PID namespace; empty where it was not told. Source: namespaces(7). */
  readonly space: string;
}

/** A version that knew no namespaces wrote no `space`. */
const LINE = /^pid=(\d{1,10}) boot=([\w-]*) start=(\d*)(?: space=(\d+))?\n$/;

/** This process. */
export function ownOwner(): Owner {
  const start = statusOf(process.pid)?.start ?? '';
  return { pid: process.pid, boot: currentBoot(), start, space: currentSpace() };
}

/** One line; {@link parseOwner} reads it. */
export function printOwner({ pid, boot, start, space }: Owner): string {
  const end = space === '' ? '' : ` space=${space}`;
  return `pid=${pid} boot=${boot} start=${start}${end}\n`;
}

/** The owner that a lock file names; undefined if it was not written by {@link printOwner}. */
export function parseOwner(text: string): Owner | undefined {
  const [, pid, boot, start, space = ''] = LINE.exec(text) ?? [];
  return pid === undefined || boot === undefined || start === undefined
    ? undefined
    : { pid: Number(pid), boot, start, space };
}

/** Whether it is, or was, a process since the last boot. */
export function isOfThisBoot({ boot }: Owner): boolean {
  return boot === currentBoot();
}

/** Whether its number means nothing here: then nobody can say from here whether it still runs. */
export function isElsewhere(owner: Owner): boolean {
  return isOfThisBoot(owner) && owner.space !== '' && owner.space !== currentSpace();
}

/** Whether that very process, of our own PID namespace, still runs. */
export function isAlive(owner: Owner): boolean {
  if (!isOfThisBoot(owner) || !isRunning(owner.pid)) return false;
  const status = statusOf(owner.pid);
  // hidepid= hides other people's processes: then the number alone must do.
  if (status === undefined) return true;
  return status.start === owner.start && !['Z', 'X'].includes(status.state);
}

/** Whether some process has that number now. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return codeOf(cause) === 'EPERM';
  }
}

function currentBoot(): string {
  return textOf('/proc/sys/kernel/random/boot_id').trim();
}

function currentSpace(): string {
  let link = '';
  quietly(() => {
    link = readlinkSync('/proc/self/ns/pid');
  });
  return /\d+/.exec(link)?.[0] ?? '';
}

function statusOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  const text = textOf(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets, and may itself hold blanks and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return state === undefined || start === undefined ? undefined : { state, start };
}

function textOf(path: string): string {
  try {
    const file = readFile(absolutePath(path));
    return file === undefined ? '' : decode(file.bytes);
  } catch {
    // ESRCH: the process ended while it was read.
    return '';
  }
}
