/**
 * Questions, by inquirer. Ctrl-C and signals become Interrupted, the end of input (Ctrl-D) is no.
 * inquirer would wait forever on Ctrl-D and the process end with 13: we watch stdin ourselves.
 */

import { Interrupted, SIGNALS } from '../errors.ts';
import { printable } from '../text.ts';
import { choosePlainly, confirmPlainly, pickPlainly } from './ask-plainly.ts';
import { askWhile, type Look } from './ask-while.ts';
import { isGone, outlivesTerminal } from './gone.ts';
import type { Choice, Standing, Style } from './terminal.ts';
import { themeOf } from './theme.ts';

export interface Asker {
  confirm(question: string): Promise<boolean>;
  confirmWhile(question: Standing): Promise<boolean | undefined>;
  choose(question: string, choices: readonly Choice[]): Promise<readonly string[]>;
  pick(question: string, choices: readonly Choice[]): Promise<string | undefined>;
}

interface Ends {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WritableStream;
}

type Signal = (typeof SIGNALS)[number];
/** inquirer's names for what a person does to a prompt; its classes are not exported. */
const FORCED = 'ExitPromptError';
const ABORTED = ['AbortPromptError', 'AbortError'];
const SHOW_CURSOR = '\x1b[?25h';

/** Asks on `ends`, both of which must be terminals, line by line and without drawing. */
export function askPlainly(ends: Ends): Asker {
  return {
    async confirm(question) {
      return (await guarded(ends, (signal) => confirmPlainly(ends, question, signal))) ?? false;
    },
    confirmWhile: (question) => whileStanding(ends, question, {}),
    async choose(question, choices) {
      const task = (signal: AbortSignal) => choosePlainly(ends, question, choices, signal);
      return (await guarded(ends, task)) ?? [];
    },
    pick: (question, choices) =>
      guarded(ends, (signal) => pickPlainly(ends, question, choices, signal)),
  };
}

/** Asks on `ends`, both of which must be terminals. */
export function ask(ends: Ends, style: Style): Asker {
  const theme = themeOf(style);
  const drawStanding = (text: string) => `${theme.prefix.idle} ${theme.style.message(text)}`;
  outlivesTerminal(ends.stdin);
  const drawn = async <T>(task: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> => {
    ends.stdout.write('\n');
    try {
      return await guarded(ends, task);
    } finally {
      ends.stdout.write(SHOW_CURSOR);
    }
  };
  return {
    async confirm(question) {
      const answer = await drawn(async (signal) => {
        const prompt = await promptOn(ends, signal);
        const message = printable(question);
        return prompt([{ type: 'confirm', name: 'yes', message, default: false, theme }]);
      });
      return answer?.yes ?? false;
    },
    confirmWhile: (question) => {
      ends.stdout.write('\n');
      return whileStanding(ends, question, { draw: drawStanding });
    },
    async choose(question, choices) {
      const answer = await drawn(async (signal) => {
        const prompt = await promptOn(ends, signal);
        const message = printable(question);
        const list = choices.map((one) => ({
          ...drawnChoice(one),
          short: printable(one.value),
          checked: true,
        }));
        return prompt([
          { type: 'checkbox', name: 'chosen', message, choices: list, loop: false, theme },
        ]);
      });
      return answer?.chosen ?? [];
    },
    async pick(question, choices) {
      const answer = await drawn(async (signal) => {
        const prompt = await promptOn(ends, signal);
        const message = printable(question);
        const list = choices.map((one) => ({ ...drawnChoice(one), short: printable(one.title) }));
        return prompt([
          { type: 'select', name: 'picked', message, choices: list, loop: false, theme },
        ]);
      });
      return answer?.picked;
    },
  };
}

async function promptOn({ stdin: input, stdout: output }: Ends, signal: AbortSignal) {
  const { createPromptModule } = await import('inquirer');
  return createPromptModule({ input, output, signal });
}

function drawnChoice({ value, title, detail }: Choice) {
  return { value, name: printable(title), description: printable(detail) };
}

/** Where input ends, the answer is no. */
async function whileStanding(
  ends: Ends,
  question: Standing,
  look: Look,
): Promise<boolean | undefined> {
  const answer = await guarded(ends, (signal) => askWhile(ends, question, look, signal));
  return answer === 'moot' ? undefined : answer === 'yes';
}

/** The answer, or undefined where input ends. @throws Interrupted on Ctrl-C, a signal, a terminal that is gone */
async function guarded<T>(
  { stdin }: Ends,
  question: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  if (isGone(stdin)) throw new Interrupted('SIGHUP');
  if (stdin.readableEnded || stdin.destroyed) return undefined;
  const abort = new AbortController();
  let by: Signal | undefined;
  let isContinued = false;
  const end = () => abort.abort();
  // readline pauses stdin when it closes (Ctrl-D), and also after Ctrl-Z and `fg`.
  const paused = () => {
    if (!isContinued) return end();
    isContinued = false;
    setImmediate(() => stdin.resume());
  };
  const continued = () => {
    isContinued = true;
  };
  const stops = SIGNALS.map((signal) => {
    const stop = () => {
      by ??= signal;
      abort.abort();
    };
    return { signal, stop };
  });
  for (const { signal, stop } of stops) process.on(signal, stop);
  process.on('SIGCONT', continued);
  stdin.once('end', end).once('close', end).on('pause', paused);
  try {
    return await question(abort.signal);
  } catch (error) {
    if (by !== undefined) throw new Interrupted(by);
    if (isGone(stdin)) throw new Interrupted('SIGHUP');
    if (error instanceof Error && error.name === FORCED) throw new Interrupted('SIGINT');
    if (error instanceof Error && ABORTED.includes(error.name)) return undefined;
    throw error;
  } finally {
    stdin.off('end', end).off('close', end).off('pause', paused);
    process.off('SIGCONT', continued);
    for (const { signal, stop } of stops) process.off(signal, stop);
  }
}
