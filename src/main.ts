/** The door: argv → hosts, terminal, command → exit status. The only place that exits. */

import manifest from '../package.json' with { type: 'json' };
import type { Context } from './commands/context.ts';
import { parseCommandLine, type CommandLine } from './commands/options.ts';
import { ExitStatus, Failure, HostFailure, Interrupted, UsageFailure } from './errors.ts';
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

/** After these a practice host that nobody named is of no more use. */
const READING = [
  'check',
  'prove',
  'doctor',
  'plan',
  'explain',
  'controls',
  'history',
  'lint',
  'events',
  'evidence',
];

/** Commands are imported when one is asked for: `check` never pays for what `fix` needs. */
async function commandNamed(name: string): Promise<(context: Context) => Promise<number>> {
  switch (name) {
    case 'fix':
      return (await import('./commands/fix.ts')).fix;
    case 'plan':
      return (await import('./commands/plan.ts')).plan;
    case 'check':
      return (await import('./commands/check.ts')).check;
    case 'prove':
      return (await import('./commands/prove.ts')).prove;
    case 'rollback':
      return (await import('./commands/rollback.ts')).rollback;
    case 'confirm':
      return (await import('./commands/confirm.ts')).confirm;
    case 'expire':
      return (await import('./commands/expire.ts')).expire;
    case 'after-boot':
      return (await import('./commands/after-boot.ts')).afterBoot;
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctor;
    case 'remove':
      return (await import('./commands/remove.ts')).remove;
    case 'recover':
      return (await import('./commands/recover.ts')).recover;
    case 'history':
      return (await import('./commands/history.ts')).history;
    case 'events':
      return (await import('./commands/events.ts')).events;
    case 'explain':
      return (await import('./commands/explain.ts')).explain;
    case 'lint':
      return (await import('./commands/lint.ts')).lint;
    case 'evidence':
      return (await import('./commands/evidence.ts')).evidence;
    case 'controls':
      return (await import('./commands/controls.ts')).controls;
    default: {
      const [{ nearest }, { COMMANDS }] = await Promise.all([
        import('./nearest.ts'),
        import('./commands/help.ts'),
      ]);
      const like = nearest(
        name,
        COMMANDS.map((command) => command.name),
      );
      throw new UsageFailure(
        `there is no command '${name}'`,
        like === undefined ? "'dockaudit --help' lists them" : `did you mean ${like}?`,
      );
    }
  }
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
