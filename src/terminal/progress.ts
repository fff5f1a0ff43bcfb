/**
 * Shows what apply and rollback do, step by step; it decides nothing. listr2 draws where there is a
 * screen, one list for each step, since the steps are not known beforehand; else plain lines.
 */

import type { Event, Progress } from '../apply/event.ts';
import { printable } from '../text.ts';
import { painter } from './theme.ts';
import type { Style } from './terminal.ts';

type Task<T> = (emit: Progress) => Promise<T>;
type Ended = Exclude<Event, { readonly kind: 'started' }>;

/** One line for each step that ended. */
export async function plainProgress<T>(
  task: Task<T>,
  note: (text: string) => void,
  style: Style,
): Promise<T> {
  return task((event) => {
    if (event.kind === 'started') return;
    const isDone = event.kind === 'done';
    const [glyph, word] = isDone ? ['✔', 'done'] : ['✘', 'failed'];
    const mark = painter(
      style,
      isDone ? 'green' : 'red',
    )(style.unicode ? `${glyph} ${word}` : word);
    note(`${mark}${isDone ? '  ' : ''}  ${endedText(event, style)}`);
  });
}

/** A spinner while a step runs, then its line. */
export async function drawProgress<T>(
  task: Task<T>,
  streams: { readonly stdout: NodeJS.WriteStream; readonly stderr: NodeJS.WriteStream },
  style: Style,
): Promise<T> {
  const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
  const logger = () =>
    new ListrLogger({
      useIcons: true,
      toStderr: [],
      processOutput: new ProcessOutput(streams.stdout, streams.stderr, { leaveEmptyLine: false }),
    });
  const running = new Map<string, (event: Ended) => void>();
  let drawn: Promise<unknown> = Promise.resolve();
  const start = (step: string) => {
    const ended = new Promise<Ended>((resolve) => running.set(step, resolve));
    const draw = () =>
      new Listr(
        [
          {
            title: printable(step),
            task: async (_context, line) => {
              const event = await ended;
              if (event.kind === 'failed') throw new Error(endedText(event, style));
              line.title = endedText(event, style);
            },
          },
        ],
        {
          registerSignalListeners: false,
          exitOnError: false,
          renderer: 'default',
          fallbackRendererCondition: false,
          rendererOptions: { logger: logger(), icon: { FAILED: '✘' } },
        },
      ).run();
    drawn = drawn.then(draw);
  };
  const emit: Progress = (event) => {
    if (event.kind === 'started') return start(event.step);
    if (!running.has(event.step)) start(event.step);
    running.get(event.step)?.(event);
    running.delete(event.step);
  };
  try {
    return await task(emit);
  } finally {
    for (const [step, end] of running) end({ kind: 'failed', step, detail: 'cut off', ms: 0 });
    await drawn;
    streams.stdout.write('\n');
  }
}

function endedText({ step, detail, ms }: Ended, style: Style): string {
  const what = detail === '' ? '' : `: ${printable(detail)}`;
  return `${printable(step)}${what} ${painter(style, 'dim')(`(${duration(ms)})`)}`;
}

/** `0.4 s`, `12 s`, `3 min 5 s`. */
function duration(ms: number): string {
  if (ms < 995) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
