/** The same questions line by line, where nothing can be redrawn, or nothing should be read twice. */

import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';

import { printable } from '../text.ts';
import type { Choice } from './terminal.ts';

export interface Ends {
  readonly stdin: Readable;
  readonly stdout: NodeJS.WritableStream;
}

type Reader = (prompt: string) => Promise<string>;

/** No unless the answer is yes. */
export async function confirmPlainly(
  ends: Ends,
  question: string,
  signal: AbortSignal,
): Promise<boolean> {
  return reading(ends, signal, async (read) => {
    return /^y(es)?$/i.test((await read(`\n${printable(question)} (y/N) `)).trim());
  });
}

/** All unless some are named. Words that name none of the choices are asked for again. */
export async function choosePlainly(
  ends: Ends,
  question: string,
  choices: readonly Choice[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const values = choices.map(({ value }) => value);
  ends.stdout.write(`\n${printable(question)}\n`);
  for (const { title, detail } of choices) {
    ends.stdout.write(`  ${printable(title)}: ${printable(detail)}\n`);
  }
  const hint = `Enter for all, none, or some of ${printable(values.join(', '))}: `;
  return reading(ends, signal, async (read) => {
    for (;;) {
      const words = (await read(hint)).split(/[\s,]+/).filter(Boolean);
      if (words.length === 0) return values;
      if (words.join() === 'none') return [];
      if (words.every((word) => values.includes(word))) {
        return values.filter((value) => words.includes(value));
      }
    }
  });
}

/** The first unless another is named. Words that name none are asked for again. */
export async function pickPlainly(
  ends: Ends,
  question: string,
  choices: readonly Choice[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const values = choices.map(({ value }) => value);
  ends.stdout.write(`\n${printable(question)}\n`);
  for (const { value, title, detail } of choices) {
    ends.stdout.write(`  ${printable(value)}: ${printable(title)} (${printable(detail)})\n`);
  }
  const hint = `Enter for ${printable(values[0] ?? 'none')}, or one of ${printable(values.join(', '))}: `;
  return reading(ends, signal, async (read) => {
    for (;;) {
      const word = (await read(hint)).trim();
      if (word === '' || values.includes(word)) return word === '' ? values[0] : word;
    }
  });
}

/** The terminal itself edits the line, so Ctrl-C is a signal and Ctrl-D the end of input. */
async function reading<T>(
  { stdin, stdout }: Ends,
  signal: AbortSignal,
  task: (read: Reader) => Promise<T>,
): Promise<T> {
  const lines = createInterface({ input: stdin, output: stdout, terminal: false });
  try {
    return await task((prompt) => lines.question(prompt, { signal }));
  } catch (error) {
    stdout.write('\n');
    throw error;
  } finally {
    lines.close();
  }
}
