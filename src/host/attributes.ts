/**
 * What Node cannot do to a file: keep ACL and extended attributes, set a time to the nanosecond. By
 * cp and touch of coreutils; a host that has others' keeps what Node can do. They get descriptors and
 * no names: whoever may write to the directory could put a link there meanwhile.
 */

import { spawnSync, type StdioOptions } from 'node:child_process';
import { closeSync, constants, existsSync, fstatSync, openSync } from 'node:fs';
import type { AbsolutePath } from '../paths.ts';
import { quietly } from './failure.ts';
import { lookAt, native } from './files.ts';
import { DIRECTORY, ENVIRONMENT } from './program.ts';

const TIMEOUT_MS = 10_000;
const SECOND_NS = 1_000_000_000n;
const CAREFULLY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Gives the open file `fd` the ACL, label and extended attributes of `from`, its mode, owner and times too. */
export function copyAttributes(from: AbsolutePath, fd: number): void {
  if (lookAt(from)?.kind !== 'file') return;
  quietly(() => {
    const source = openSync(native(from), CAREFULLY);
    try {
      const args = ['--attributes-only', '--preserve=all', '/proc/self/fd/0', '/proc/self/fd/1'];
      coreutil('cp', args, [source, fd, 'ignore']);
    } finally {
      closeSync(source);
    }
  });
}

/** Sets both times of the open file `fd`, in nanoseconds since 1970, where they are not so already. */
export function setTimes(fd: number, ns: bigint): void {
  if (fstatSync(fd, { bigint: true }).mtimeNs === ns) return;
  const [sign, size] = ns < 0n ? ['-', -ns] : ['', ns];
  const fraction = String(size % SECOND_NS).padStart(9, '0');
  // touch(1): `-` is its standard output.
  coreutil(
    'touch',
    ['-d', `@${sign}${size / SECOND_NS}.${fraction}`, '-'],
    ['ignore', fd, 'ignore'],
  );
}

/** It may fail: what it does is more than the caller can do without it. */
function coreutil(name: string, args: readonly string[], stdio: StdioOptions): void {
  const program = [`/usr/bin/${name}`, `/bin/${name}`].find((path) => existsSync(path));
  if (program === undefined) return;
  spawnSync(program, args, { cwd: DIRECTORY, env: ENVIRONMENT, stdio, timeout: TIMEOUT_MS });
}
