/**
 * One access of each kind by each interface, each by a process of its own, and what auditd wrote
 * down of it. Source: SYSCALL records, kernel/auditsc.c; numbers of calls of x86-64 and i386.
 */

import { execFileSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Permission } from '../../src/audit/rule.ts';
import { callingProgram, idleProgram } from './programs.ts';

export interface Access {
  readonly permission: Permission;
  readonly architecture: 'b64' | 'b32';
}

/** By permission: the 32-bit call, its second argument, and how the 64-bit one is told in the log. */
const KINDS = {
  r: { number: 5, second: 0x800, perl: 'sysopen(F, $p, 0x800)', sign: 'syscall=257 .* a2=80800 ' },
  w: { number: 5, second: 0x801, perl: 'sysopen(F, $p, 0x801)', sign: 'syscall=257 .* a2=80801 ' },
  x: { number: 11, second: 0, perl: 'exec $p', sign: 'syscall=59 ' },
  a: { number: 15, second: 0o755, perl: 'chmod 0755, $p', sign: 'syscall=90 ' },
} as const;

const PERMISSIONS = ['r', 'w', 'x', 'a'] as const;

/** In the order in which they are done. */
export const ACCESSES: readonly Access[] = PERMISSIONS.flatMap((permission) => [
  { permission, architecture: 'b64' },
  { permission, architecture: 'b32' },
]);

/** Makes the file that is accessed, and one 32-bit program for each kind beside `directory`. */
export function prepareAccesses(path: string, directory: string): void {
  writeFileSync(path, idleProgram(), { mode: 0o755 });
  for (const permission of PERMISSIONS) {
    const { number, second } = KINDS[permission];
    const program = callingProgram(number, path, second);
    writeFileSync(join(directory, `do-${permission}`), program, { mode: 0o755 });
  }
}

/** Each access in a child of a process that was itself started after the rules were loaded. */
const SCRIPT = `
  my ($p, $d) = @ARGV;
  my @do = (${PERMISSIONS.flatMap((permission) => [
    `sub { ${KINDS[permission].perl} }`,
    `sub { exec "$d/do-${permission}" }`,
  ]).join(', ')});
  for my $do (@do) {
    my $pid = fork();
    if ($pid == 0) { $do->(); exit 0 }
    waitpid($pid, 0);
    print "$pid\\n";
  }
`;

/** Does them all; gives the pid of each. */
export function doAccesses(path: string, directory: string): readonly number[] {
  const said = execFileSync('/usr/bin/perl', ['-e', SCRIPT, path, directory], { encoding: 'utf8' });
  return said.trim().split('\n').map(Number);
}

/** Whether `log` holds the call itself, done by `pid`. */
export function isRecorded(
  log: string,
  { permission, architecture }: Access,
  pid: number,
): boolean {
  const { number, sign } = KINDS[permission];
  const call =
    architecture === 'b64' ? `arch=c000003e ${sign}` : `arch=40000003 syscall=${number} `;
  return new RegExp(`^(?:node=\\\\S+ )?type=SYSCALL .*${call}.* pid=${pid} `, 'm').test(log);
}

/** The end of a log that grows. */
export class LogTail {
  readonly #path: string;
  #at: number;

  constructor(path: string) {
    this.#path = path;
    this.#at = this.#read(0).end;
  }

  /** What was written since the last call, once `mark` is among it. @throws Error after 10 s */
  async until(mark: string): Promise<string> {
    for (let turn = 0; turn < 2000; turn++) {
      const { text, end } = this.#read(this.#at);
      if (text.includes(mark)) {
        this.#at = end;
        return text;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`'${mark}' never came to ${this.#path}`);
  }

  #read(from: number): { readonly text: string; readonly end: number } {
    const fd = openSync(this.#path, 'r');
    try {
      const { size } = fstatSync(fd);
      const bytes = Buffer.alloc(Math.max(size - from, 0));
      const length = readSync(fd, bytes, 0, bytes.length, from);
      return { text: bytes.subarray(0, length).toString('latin1'), end: from + length };
    } finally {
      closeSync(fd);
    }
  }
}
