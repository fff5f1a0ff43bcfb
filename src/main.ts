/** The door: argv → hosts, terminal, command → exit status. The only place that exits. */

import manifest from '../package.json' with { type: 'json' };
import type { Context } from './commands/context.ts';
import { parseCommandLine, type CommandLine } from './commands/options.ts';
import { ExitStatus, Failure, HostFailure, Interrupted } from './errors.ts';
import { listen, type Signals } from './signals.ts';
import type { Run } from './report/report.ts';
import type { Terminal } from './terminal/terminal.ts';

const tool = { name: 'dockaudit', version: manifest.version } as const;

async function main(args: readonly string[]): Promise<number> {
  const startedAt = new Date().toISOString();
  // The quickest answer needs nothing else of the program.
  if (args.length === 1 && args[0] === '--version') return print(`dockaudit ${tool.version}`);
  const run: Run = { tool, startedAt, argv: args };
  let line: CommandLine;
  try {
    line = parseCommandLine(args);
  } catch (error) {
    return complain(error, undefined, args.includes('json') || args.includes('--format=json'));
  }
  const { options } = line;
  if (options.version || line.words[0] === 'version') return print(`dockaudit ${tool.version}`);
  if (options.help || line.words[0] === 'help') return showHelp(options.color);
  const { openTerminal } = await import('./terminal/speak.ts');
  const terminal = openTerminal(
    { ...options, noInput: options.noInput || options.yes },
    {
      stdin: () => process.stdin,
      hasKeyboard: process.stdout.isTTY && (await import('node:tty')).isatty(0),
      stdout: process.stdout,
      stderr: () => process.stderr,
      env: process.env,
    },
  );
  const signals = listen();
  try {
    const status = await Promise.race([start(line, run, terminal, signals), signals.ended]);
    if (!(await terminal.isLost())) return status;
    const done = signals.done().map((one) => `${one}, but `);
    throw new HostFailure(
      `${done.join('')}the report could not be written to the end`,
      done.length === 0
        ? 'is its disk full?'
        : "'dockaudit history' tells of it; is the disk full?",
      'ENOSPC',
    );
  } catch (cause) {
    const error = signals.told(cause);
    const status = await complain(error, terminal, options.format === 'json');
    // What was cut off may still wait for a child that never ends.
    if (error instanceof Interrupted) process.exit(status);
    return status;
  } finally {
    signals.dispose();
  }
}

async function start(
  { words, options }: CommandLine,
  run: Run,
  terminal: Terminal,
  { shielded, did }: Signals,
): Promise<number> {
  const isDemo = words[0] === 'demo';
  const [name = 'fix', ...rest] = isDemo ? words.slice(1) : words;
  if (isDemo && options.list) return print(await (await import('./hosts.ts')).scenarioList());
  const { commandNamed, READING } = await import('./commands/named.ts');
  const command = await commandNamed(name);
  const { refuseStrays } = await import('./commands/strays.ts');
  refuseStrays(name, rest, isDemo, options);
  const [{ openHere, openHosts }, { choose }] = await Promise.all([
    import('./hosts.ts'),
    import('./commands/choice.ts'),
  ]);
  const here = await openHere(options, terminal);
  // Before a practice host is made for it.
  const choice = await choose(here, options);
  const { forget, ...hosts } = await openHosts(here, isDemo, options, terminal);
  const context: Context = {
    ...hosts,
    ...choice,
    terminal,
    options,
    words: rest,
    run,
    shielded,
    did,
  };
  return command(context).finally(() => {
    if (READING.includes(name)) forget();
  });
}

async function showHelp(color: CommandLine['options']['color']): Promise<number> {
  const [{ help }, { styleOf }] = await Promise.all([
    import('./commands/help.ts'),
    import('./terminal/style.ts'),
  ]);
  return print(help(styleOf(process.stdout, color, process.env)));
}

function print(text: string): number {
  process.stdout.write(`${text}\n`);
  return ExitStatus.ok;
}

/** Each error is told once: a failure in two lines, a bug with its stack. */
async function complain(
  error: unknown,
  terminal: Terminal | undefined,
  json: boolean,
): Promise<number> {
  if (!(error instanceof Failure)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `dockaudit: a bug of ours. Please report it with these lines:\n${stack}\n`,
    );
    return ExitStatus.bug;
  }
  if (json && !(error instanceof Interrupted)) {
    const { failureJson } = await import('./report/json.ts');
    print(failureJson(tool, error));
    return error.exitCode;
  }
  const { describeFailure } = await import('./report/text.ts');
  const text = describeFailure(
    error,
    terminal?.style ?? { width: 80, colour: false, unicode: true },
  );
  if (terminal) terminal.complain(text);
  else process.stderr.write(`${text}\n`);
  return error.exitCode;
}

void main(process.argv.slice(2))
  .catch((error: unknown) => complain(error, undefined, false))
  .then((status) => {
    process.exitCode = status;
  });
