/** The built program, as a person starts it. */

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { decode } from '../../src/text.ts';

export const BIN = fileURLToPath(new URL('../../bin/dockaudit.js', import.meta.url));

export interface CliEnd {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Where it writes, such as /dev/full; what comes back as stdout is empty then. */
  readonly stdoutFile?: string;
  /** What is done to it while it runs. */
  readonly onStart?: (child: ChildProcess) => Promise<void>;
}

/** Runs `dockaudit ARGS` without a terminal; `npm test` has built it before. */
export async function cli(
  args: readonly string[],
  { cwd = '/', env = {}, stdoutFile, onStart }: CliOptions = {},
): Promise<CliEnd> {
  const out = stdoutFile === undefined ? 'pipe' : openSync(stdoutFile, 'w');
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', out, 'pipe'],
  });
  if (typeof out === 'number') closeSync(out);
  const [said, complained]: [Buffer[], Buffer[]] = [[], []];
  child.stdout?.on('data', (bytes: Buffer) => said.push(bytes));
  child.stderr?.on('data', (bytes: Buffer) => complained.push(bytes));
  const ending = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  await onStart?.(child);
  const exit = await ending;
  const [stdout, stderr] = [said, complained].map((parts) => decode(Buffer.concat(parts)));
  return { exit, stdout: stdout ?? '', stderr: stderr ?? '' };
}
