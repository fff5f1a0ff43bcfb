/**
 * Long text scrolls in less, found in the system's own directories, with an environment of ours:
 * never $PAGER, LESS or LESSOPEN of the caller, who may not be the one whose rights we have.
 */

import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

import type { Environment } from './style.ts';
import type { Style } from './terminal.ts';

const PROGRAMS = ['/usr/bin/less', '/bin/less'] as const;
const DEFAULT_ROWS = 24;

/** What stands below the text: how to go on, and whether more follows. Source: less(1), PROMPTS. */
const PROMPT = String.raw`-Ps?e(END)   q\: go on:space\: more   q\: go on.`;

/** What it is shown with. */
export interface Paging {
  readonly stdout: NodeJS.WriteStream;
  readonly style: Style;
  readonly env: Environment;
  readonly say: (text: string) => void;
  /** Ends the pager. */
  readonly signal: AbortSignal | undefined;
}

/** `text` through less if it is taller than the screen, else by `say`. */
export async function pageThrough(text: string, by: Paging): Promise<void> {
  const { stdout, style, env, say, signal } = by;
  const rows = stdout.rows || DEFAULT_ROWS;
  if (heightOf(text, style.width) < rows || env['TERM'] === 'dumb') return say(text);
  for (const program of PROGRAMS) if ((await less(program, text, by)) || signal?.aborted) return;
  say(text);
}

/** Lines that the screen needs; a long line takes several. */
function heightOf(text: string, width: number): number {
  return text
    .split('\n')
    .map((line) => Math.max(1, Math.ceil(stripVTControlCharacters(line).length / width)))
    .reduce((sum, height) => sum + height, 0);
}

/** Does nothing, so that a signal or a closed pipe does nothing. */
function stay(): void {}

/** Whether the person could read it; Ctrl-C belongs to less while it runs. */
async function less(
  program: string,
  text: string,
  { style, env, signal }: Paging,
): Promise<boolean> {
  process.on('SIGINT', stay);
  try {
    return await new Promise<boolean>((resolve) => {
      const child = spawn(program, ['-FRX', PROMPT], {
        stdio: ['pipe', 'inherit', 'inherit'],
        env: {
          TERM: env['TERM'] ?? 'dumb',
          LC_ALL: 'C',
          LESSCHARSET: style.unicode ? 'utf-8' : 'ascii',
          LESSSECURE: '1',
          LESSHISTFILE: '-',
        },
      });
      signal?.addEventListener('abort', () => child.kill(), { once: true });
      child.on('error', () => resolve(false));
      child.on('close', (status) => resolve(status !== null && status < 126));
      // A person who quits before the end closes the pipe.
      child.stdin.on('error', stay);
      child.stdin.end(`${text}\n`);
    });
  } finally {
    process.off('SIGINT', stay);
  }
}
