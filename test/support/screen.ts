/** A real terminal for tests: runs a command in a PTY and rebuilds the screen that a person sees. */

import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

export interface ScreenOptions {
  readonly argv: readonly [string, ...string[]];
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Screen {
  readonly pid: number;
  /** All lines since the start, those that have scrolled away too, without trailing blanks. */
  text(): string;
  /** What the program wrote, byte for byte. */
  raw(): string;
  /** Sends keys as they are: `\r` is enter, `\x03` Ctrl-C, `\x04` Ctrl-D. */
  type(keys: string): void;
  /** Until the text shows `wanted`. @throws Error with the screen if it does not come in time */
  waitFor(wanted: string | RegExp, timeoutMs?: number): Promise<void>;
  /** Until the program has ended: its exit status, or 128 and the signal. */
  ended(timeoutMs?: number): Promise<number>;
  /** Whether the cursor is hidden, as a prompt hides it. */
  cursorHidden(): boolean;
  /** Takes the terminal away, as an ssh session that drops does. */
  hangUp(): void;
  signal(name: NodeJS.Signals): void;
}

const SCROLLBACK = 10_000;
const POLL_MS = 20;
const TIMEOUT_MS = 15_000;

export function openScreen(options: ScreenOptions): Screen {
  const { argv, columns = 80, rows = 24, cwd = process.cwd(), env = {} } = options;
  const [program, ...args] = argv;
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    scrollback: SCROLLBACK,
    allowProposedApi: true,
  });
  const child = spawn(program, args, {
    cols: columns,
    rows,
    cwd,
    name: env['TERM'] ?? 'xterm-256color',
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      ...env,
    },
  });
  let raw = '';
  let status: number | undefined;
  child.onData((data) => {
    raw += data;
    terminal.write(data);
  });
  child.onExit(({ exitCode, signal }) => {
    status = signal ? 128 + signal : exitCode;
  });
  const text = () => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => {
      return (active.getLine(row)?.translateToString(true) ?? '').trimEnd();
    });
    return lines.join('\n').trimEnd();
  };
  const until = async (isDone: () => boolean, what: string, timeoutMs: number) => {
    const deadline = Date.now() + timeoutMs;
    while (!isDone()) {
      if (Date.now() > deadline) {
        if (status === undefined) child.kill('SIGKILL');
        throw new Error(`${what} did not come in ${timeoutMs} ms; the screen:\n${text()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  };
  return {
    pid: child.pid,
    text,
    raw: () => raw,
    type: (keys) => child.write(keys),
    hangUp: () => {
      // node-pty has it on every Unix, and leaves it out of its types.
      const close: unknown = Reflect.get(child, 'destroy');
      if (typeof close !== 'function') throw new Error('this terminal cannot be closed');
      Reflect.apply(close, child, []);
    },
    signal: (name) => process.kill(child.pid, name),
    cursorHidden: () => raw.lastIndexOf('\x1b[?25l') > raw.lastIndexOf('\x1b[?25h'),
    waitFor: (wanted, timeoutMs = TIMEOUT_MS) =>
      until(
        () => (typeof wanted === 'string' ? text().includes(wanted) : wanted.test(text())),
        String(wanted),
        timeoutMs,
      ),
    async ended(timeoutMs = TIMEOUT_MS) {
      await until(() => status !== undefined, 'the end', timeoutMs);
      // The last bytes may still be on their way through the emulator.
      await new Promise<void>((resolve) => terminal.write('', resolve));
      return status ?? -1;
    },
  };
}
