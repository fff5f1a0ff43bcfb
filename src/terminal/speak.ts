/**
 * The terminal of this run: the report to stdout, all else to stderr. It asks only where both stdin
 * and stdout are terminals, and prompts and progress appear where the person reads the report: there.
 */

import { ask, askPlainly } from './ask.ts';
import { pageThrough } from './pager.ts';
import { drawProgress, plainProgress } from './progress.ts';
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
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Environment;
}

export function openTerminal(options: TerminalOptions, streams: Streams): Terminal {
  const { stdin, stdout, stderr, env } = streams;
  const style = styleOf(stdout, options.color, env);
  const aside = styleOf(stderr, options.color, env);
  const interactive = stdin.isTTY && stdout.isTTY && !options.noInput && options.format === 'text';
  const say = writer(stdout);
  const complain = writer(stderr);
  const note = options.quiet ? () => undefined : complain;
  const animated = interactive && style.colour && !isDumb(env);
  const asker = () => {
    if (!interactive) throw new Error('a question was asked where nobody can answer');
    const isPlain = isDumb(env) || options.color === 'never';
    return isPlain ? askPlainly({ stdin, stdout }) : ask({ stdin, stdout }, style);
  };
  return {
    interactive,
    style,
    say,
    note,
    complain,
    page: (text) => (interactive ? pageThrough(text, stdout, style, env, say) : done(say, text)),
    confirm: async (question) => asker().confirm(question),
    choose: async (question, choices) => asker().choose(question, choices),
    progress: (task) =>
      animated ? drawProgress(task, { stdout, stderr }, style) : plainProgress(task, note, aside),
  };
}

async function done(say: (text: string) => void, text: string): Promise<void> {
  say(text);
}

/** Writes whole lines; a reader that has left, as `head` does, is no trouble. */
function writer(stream: NodeJS.WriteStream): (text: string) => void {
  let hasReader = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    hasReader = false;
  });
  return (text) => {
    if (hasReader) stream.write(text.endsWith('\n') ? text : `${text}\n`);
  };
}
