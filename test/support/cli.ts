/** The built program, as a person starts it. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { decode } from '../../src/text.ts';

export const BIN = fileURLToPath(new URL('../../bin/dockaudit.js', import.meta.url));

export interface CliEnd {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `dockaudit ARGS` without a terminal; `npm test` has built it before. */
export async function cli(args: readonly string[], cwd = '/'): Promise<CliEnd> {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { PATH: '/usr/bin:/bin', HOME: '/nonexistent', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  const exit = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? -1));
  });
  const [stdout, stderr] = [out, err].map((parts) => decode(Buffer.concat(parts)));
  return { exit, stdout: stdout ?? '', stderr: stderr ?? '' };
}
