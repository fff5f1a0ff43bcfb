/** Programs of this machine that misbehave: scripts mounted over them, where only dockaudit sees it. */

import { chmodSync, copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { dockauditBy } from './kernel.ts';
import type { Said } from './hosts.ts';

/**
 * Runs dockaudit where `program` is `script`, in a mount namespace of its own.
 * @param script lines of sh; `$REAL` is the program itself
 */
export function dockauditWith(
  program: string,
  script: readonly string[],
  ...args: readonly string[]
): Promise<Said> {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  const real = join(folder, `${basename(program)}.real`);
  const standIn = join(folder, basename(program));
  copyFileSync(program, real);
  writeFileSync(standIn, `${['#!/bin/sh', `REAL=${real}`, ...script].join('\n')}\n`);
  for (const path of [real, standIn]) chmodSync(path, 0o755);
  return dockauditIn(`mount --bind '${standIn}' '${program}'`, ...args);
}

/** Runs dockaudit in a mount namespace of its own, once `setUp`, a line of sh, is done there. */
export function dockauditIn(setUp: string, ...args: readonly string[]): Promise<Said> {
  const line = `${setUp} && exec "$@"`;
  return dockauditBy(['/usr/bin/unshare', '-m', '/bin/sh', '-c', line, 'sh'], ...args);
}
