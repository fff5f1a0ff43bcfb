/** A question that stands for a time only: its text is asked for anew every second, and drawn again. */

import { createInterface } from 'node:readline/promises';
import { Interrupted } from '../errors.ts';
import { printable } from '../text.ts';
import type { Ends } from './ask-plainly.ts';
import type { Standing } from './terminal.ts';

export interface Look {
  /** Where a line can be drawn again; else the text of the beginning stays. */
  readonly draw?: (text: string) => string;
}

const ANEW_MS = 1000;

/** Yes if that is said; `moot` once nothing is left to ask. @throws Interrupted on Ctrl-C */
export async function askWhile(
  { stdin, stdout }: Ends,
  question: Standing,
  { draw }: Look,
  signal: AbortSignal,
): Promise<'yes' | 'no' | 'moot'> {
  const lines = createInterface({ input: stdin, output: stdout, terminal: draw !== undefined });
  const { promise, resolve, reject } = Promise.withResolvers<'yes' | 'no' | 'moot'>();
  const ask = async (): Promise<void> => {
    const text = await question();
    if (text === undefined) return resolve('moot');
    lines.setPrompt(`${draw ? draw(printable(text)) : printable(text)} (y/N) `);
    lines.prompt(true);
  };
  const askAnew = async (): Promise<void> => {
    if (draw) return ask();
    if ((await question()) === undefined) resolve('moot');
  };
  lines
    .on('line', (line) => resolve(/^y(es)?$/i.test(line.trim()) ? 'yes' : 'no'))
    .on('SIGINT', () => reject(new Interrupted('SIGINT')))
    // The terminal may be gone: nobody said yes.
    .on('error', () => resolve('no'))
    .on('close', () => resolve('no'));
  signal.addEventListener('abort', () => reject(signal.reason));
  const timer = setInterval(() => void askAnew().catch(reject), ANEW_MS);
  try {
    await ask();
    const answer = await promise;
    if (answer === 'moot') stdout.write('\n');
    return answer;
  } catch (error) {
    stdout.write('\n');
    throw error;
  } finally {
    clearInterval(timer);
    lines.close();
  }
}
