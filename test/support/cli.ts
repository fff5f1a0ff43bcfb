/** The built program, as a person starts it. */

import { spawn, type ChildProcess } from 'node:child_process';
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
  /** What is done to it while it runs. */
  readonly onStart?: (child: ChildProcess) => Promise<void>;
}

/** Runs `dockaudit ARGS` without a terminal; `npm test` has built it before. */
export async function cli(
  args: readonly string[],
  { cwd = '/', env = {}, onStart }: CliOptions = {},
): Promise<CliEnd> {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  const ending = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  await onStart?.(child);
  const exit = await ending;
  const [stdout, stderr] = [out, err].map((parts) => decode(Buffer.concat(parts)));
  return { exit, stdout: stdout ?? '', stderr: stderr ?? '' };
}
