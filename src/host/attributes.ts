/**
 * What Node cannot do to a file: keep ACL and extended attributes, set a time to the nanosecond. By
 * cp and touch of coreutils; a host that has others' keeps what Node can do.
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { AbsolutePath } from '../paths.ts';
import { lookAt } from './files.ts';
import { DIRECTORY, ENVIRONMENT } from './program.ts';

const TIMEOUT_MS = 10_000;
const SECOND_NS = 1_000_000_000n;

/** Gives `path` the ACL, label and extended attributes of `from`, its mode, owner and times too. */
export function copyAttributes(from: AbsolutePath, path: AbsolutePath): void {
  if (lookAt(from)?.kind === 'file')
    coreutil('cp', ['--attributes-only', '--preserve=all', '--', from, path]);
}

/** Sets both times of `path`, in nanoseconds since 1970, where they are not so already. */
export function setTimes(path: AbsolutePath, ns: bigint): void {
  if (lookAt(path)?.mtimeNs === ns) return;
  const [sign, size] = ns < 0n ? ['-', -ns] : ['', ns];
  const fraction = String(size % SECOND_NS).padStart(9, '0');
  coreutil('touch', ['-d', `@${sign}${size / SECOND_NS}.${fraction}`, '--', path]);
}

/** It may fail: what it does is more than the caller can do without it. */
function coreutil(name: string, args: readonly string[]): void {
  const program = [`/usr/bin/${name}`, `/bin/${name}`].find((path) => existsSync(path));
  if (program === undefined) return;
  spawnSync(program, args, {
    cwd: DIRECTORY,
    env: ENVIRONMENT,
    stdio: 'ignore',
    timeout: TIMEOUT_MS,
  });
}
