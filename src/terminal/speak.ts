/**
 * The terminal of this run: the report to stdout, all else to stderr. It asks only where both stdin
 * and stdout are terminals, and prompts and progress appear where the person reads the report: there.
 */

import type { Asker } from './ask.ts';
import { type ColourChoice, type Environment, isDumb, styleOf } from './style.ts';
import type { Terminal } from './terminal.ts';

export interface TerminalOptions {
  readonly color: ColourChoice;
  readonly quiet: boolean;
  /** `--no-input`, and `--yes`, which answers for the person. */
  readonly noInput: boolean;
  readonly format: string;
}

export interface Streams {
  /** Opened only when somebody is asked: that costs more than a look at what it is. */
  readonly stdin: () => NodeJS.ReadStream;
  /** Whether stdin is a terminal. */
  readonly hasKeyboard: boolean;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: () => NodeJS.WriteStream;
  readonly env: Environment;
}

export function openTerminal(options: TerminalOptions, streams: Streams): Terminal {
  const { stdout, env } = streams;
  const style = styleOf(stdout, options.color, env);
  const isScreen = streams.hasKeyboard && stdout.isTTY;
  const interactive = isScreen && !options.noInput && options.format === 'text';
  let isLost = false;
  const say = writer(
    () => stdout,
    () => {
      isLost = true;
    },
  );
  const complain = writer(streams.stderr, () => undefined);
  const note = options.quiet ? () => undefined : complain;
  const animated = interactive && style.colour && !isDumb(env);
  const asker = async (): Promise<Asker> => {
    if (!interactive) throw new Error('a question was asked where nobody can answer');
    const { ask, askPlainly } = await import('./ask.ts');
    const ends = { stdin: streams.stdin(), stdout };
    return isDumb(env) || options.color === 'never' ? askPlainly(ends) : ask(ends, style);
  };
  return {
    interactive,
    style,
    say,
    note,
    complain,
    isLost: () => new Promise((told) => stdout.write('', () => setImmediate(() => told(isLost)))),
    async page(text, signal) {
      if (!interactive) return say(text);
      const { pageThrough } = await import('./pager.ts');
      return pageThrough(text, { stdout, style, env, say, signal });
    },
    confirm: async (question) => (await asker()).confirm(question),
    confirmWhile: async (question) => (await asker()).confirmWhile(question),
    choose: async (question, choices) => (await asker()).choose(question, choices),
    pick: async (question, choices) => (await asker()).pick(question, choices),
    async progress(task) {
      const { drawProgress, plainProgress } = await import('./progress.ts');
      return animated
        ? drawProgress(task, { stdout, stderr: streams.stderr() }, style)
        : plainProgress(task, note, styleOf(streams.stderr(), options.color, env));
    },
  };
}

/** A reader that has left, as `head` does, is no trouble; a full disk is. */
const LEFT = ['EPIPE', 'EIO'];

/** Writes whole lines. A line that cannot be written never ends a change: it is told at the end. */
function writer(open: () => NodeJS.WriteStream, lose: () => void): (text: string) => void {
  let stream: NodeJS.WriteStream | undefined;
  let hasReader = true;
  const opened = (): NodeJS.WriteStream =>
    open().on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      hasReader = false;
      if (!LEFT.includes(code)) lose();
    });
  return (text) => {
    stream ??= opened();
    if (hasReader) stream.write(text.endsWith('\n') ? text : `${text}\n`);
  };
}
