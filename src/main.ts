/** The door: argv → hosts, terminal, command → exit status. The only place that exits. */

import manifest from '../package.json' with { type: 'json' };
import type { Context } from './commands/context.ts';
import { parseCommandLine, type CommandLine } from './commands/options.ts';
import { ExitStatus, Failure, Interrupted, UsageFailure } from './errors.ts';
import type { Host } from './host/host.ts';
import { absolutePath, type AbsolutePath } from './paths.ts';
import type { Run } from './report/report.ts';
import type { Terminal } from './terminal/terminal.ts';

const { version } = manifest;
const tool = { name: 'dockaudit', version } as const;
const STATE = absolutePath('/var/lib/dockaudit');

async function main(args: readonly string[]): Promise<number> {
  const startedAt = new Date().toISOString();
  // The quickest answer needs nothing else of the program.
  if (args.length === 1 && args[0] === '--version') return print(`dockaudit ${version}`);
  const run: Run = { tool, startedAt, argv: args };
  let line: CommandLine;
  try {
    line = parseCommandLine(args);
  } catch (error) {
    return complain(error, undefined, args.includes('json') || args.includes('--format=json'));
  }
  const { options } = line;
  if (options.version) return print(`dockaudit ${version}`);
  if (options.help) return print((await import('./commands/help.ts')).help());
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
    return await start(line, run, terminal, signals.signal);
  } catch (error) {
    return complain(error, terminal, options.format === 'json');
  } finally {
    signals.dispose();
  }
}

async function start(
  { words, options }: CommandLine,
  run: Run,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const isDemo = words[0] === 'demo';
  const [name = 'fix', ...rest] = isDemo ? words.slice(1) : words;
  if (isDemo && options.list) return listScenarios();
  const load = await commandNamed(name);
  const { linuxHost } = await import('./host/linux.ts');
  const here = await traceIf(options.verbose, linuxHost(), terminal);
  const where = isDemo ? await practice(options, terminal) : await machine(options, here);
  const { benchmark, selectSections } = await import('./controls/load.ts');
  const book = benchmark('cis-docker-1.2.0');
  const context: Context = {
    ...where,
    here,
    terminal,
    benchmark: book,
    sections: selectSections(book, options.control),
    options,
    words: rest,
    run,
    signal,
  };
  return load(context);
}

type Where = Pick<Context, 'host' | 'live' | 'root' | 'store' | 'self'>;

/** This machine, or an image whose changes are kept outside of it. */
async function machine(options: CommandLine['options'], here: Host): Promise<Where> {
  const state = options.state === undefined ? defaultState() : onDisk(options.state);
  const store = { host: here, directory: state };
  if (options.root === undefined)
    return { host: here, live: true, root: absolutePath('/'), store, self: ['dockaudit'] };
  const asked = onDisk(options.root);
  const root = await here.resolve(asked);
  if (!root || (await here.look(root))?.kind !== 'directory')
    throw new UsageFailure(`--root '${asked}' is no directory`, 'give the root folder of an image');
  if (root === '/')
    return { host: here, live: true, root, store, self: ['dockaudit'] };
  const { imageHost } = await import('./host/image.ts');
  const host = await traceIf(options.verbose, imageHost(root), undefined);
  return { host, live: false, root, store, self: ['dockaudit', '--root', root] };
}

/** A host to practise on, in a folder of its own. */
async function practice(
  options: CommandLine['options'],
  terminal: Terminal,
): Promise<Where> {
  const { practiceHost, practiceDirectory } = await import('./host/practice.ts');
  const directory =
    options.dir === undefined ? await practiceDirectory() : onDisk(options.dir);
  const practised = await practiceHost(directory, options.scenario);
  const host = await traceIf(options.verbose, practised, terminal);
  const self = ['dockaudit', 'demo', '--dir', directory];
  terminal.note(`practice host in ${directory}: nothing of yours is touched`);
  return {
    host,
    live: true,
    root: absolutePath('/'),
    store: { host, directory: STATE },
    self,
  };
}

async function listScenarios(): Promise<number> {
  const { SCENARIOS } = await import('./host/practice.ts');
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  return print(SCENARIOS.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}`).join('\n'));
}

/** Commands are imported when one is asked for: `check` never pays for what `fix` needs. */
async function commandNamed(name: string): Promise<(context: Context) => Promise<number>> {
  switch (name) {
    case 'fix':
      return (await import('./commands/fix.ts')).fix;
    case 'plan':
      return (await import('./commands/plan.ts')).plan;
    case 'check':
      return (await import('./commands/check.ts')).check;
    case 'rollback':
      return (await import('./commands/rollback.ts')).rollback;
    case 'history':
      return (await import('./commands/history.ts')).history;
    case 'explain':
      return (await import('./commands/explain.ts')).explain;
    default: {
      const [{ nearest }, { COMMANDS }] = await Promise.all([
        import('./nearest.ts'),
        import('./commands/help.ts'),
      ]);
      const like = nearest(name, COMMANDS.map((command) => command.name));
      throw new UsageFailure(
        `there is no command '${name}'`,
        like === undefined ? "'dockaudit --help' lists them" : `did you mean ${like}?`,
      );
    }
  }
}

async function traceIf(verbose: boolean, host: Host, terminal: Terminal | undefined): Promise<Host> {
  if (!verbose) return host;
  const { traced } = await import('./host/traced.ts');
  const say = terminal?.complain ?? ((text: string) => void process.stderr.write(`${text}\n`));
  return traced(host, ({ verb, what, ms, outcome }) =>
    say(`${verb} ${what} (${ms.toFixed(1)} ms): ${outcome}`),
  );
}

/** Root keeps changes for the host; anybody else, of an image, in their own folder. */
function defaultState(): AbsolutePath {
  if (process.getuid?.() === 0) return STATE;
  const { XDG_STATE_HOME: state = '', HOME: home = '/' } = process.env;
  return absolutePath(state.startsWith('/') ? `${state}/dockaudit` : `${home}/.local/state/dockaudit`);
}

function onDisk(path: string): AbsolutePath {
  return absolutePath(path.startsWith('/') ? path : `${process.cwd()}/${path}`);
}

/** A signal stops a change before its next step; it is rolled back there. */
function listen(): { readonly signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const handlers = names.map((name) => {
    const handler = (): void => controller.abort(new Interrupted(name));
    process.on(name, handler);
    return [name, handler] as const;
  });
  return {
    signal: controller.signal,
    dispose: () => {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
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
    process.stderr.write(`dockaudit: a bug of ours. Please report it with these lines:\n${stack}\n`);
    return ExitStatus.bug;
  }
  if (json && !(error instanceof Interrupted)) {
    const { failureJson } = await import('./report/json.ts');
    return print(failureJson(tool, error)) || error.exitCode;
  }
  const { describeFailure } = await import('./report/text.ts');
  const text = describeFailure(error, terminal?.style ?? { width: 80, colour: false, unicode: true });
  if (terminal) terminal.complain(text);
  else process.stderr.write(`${text}\n`);
  return error.exitCode;
}

void main(process.argv.slice(2))
  .catch((error: unknown) => complain(error, undefined, false))
  .then((status) => {
    process.exitCode = status;
  });
