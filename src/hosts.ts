/** Which machine a run is about: this one, an image, or the practice host. Of the door, main.ts. */

import type { Context } from './commands/context.ts';
import { givenPath } from './commands/given-path.ts';
import type { Options } from './commands/options.ts';
import { UsageFailure } from './errors.ts';
import type { Argv, Host } from './host/host.ts';
import { readInput } from './input.ts';
import { absolutePath, join, type AbsolutePath } from './paths.ts';
import type { Terminal } from './terminal/terminal.ts';

const STATE = absolutePath('/var/lib/dockaudit');
const LOCK = absolutePath('/run/dockaudit.lock');

type Where = Pick<Context, 'host' | 'live' | 'real' | 'root' | 'store' | 'self' | 'program'> & {
  /** Takes a practice host away that was made for this run. */
  readonly forget: () => void;
};

/** This machine, which a practice host or an image may stand beside. */
export async function openHere({ verbose }: Options, terminal: Terminal): Promise<Host> {
  const { linuxHost } = await import('./host/linux.ts');
  return traceIf(verbose, linuxHost(), terminal);
}

/** @throws UsageFailure if there is no such image or scenario */
export async function openHosts(
  here: Host,
  isDemo: boolean,
  options: Options,
  terminal: Terminal,
): Promise<Where & Pick<Context, 'here' | 'input' | 'agent'>> {
  const where = isDemo ? await practice(options, terminal) : await machine(options, here, terminal);
  const { SSH_AUTH_SOCK: agent } = process.env;
  return { ...where, here, input: readInput, ...(agent === undefined ? {} : { agent }) };
}

/** This machine, or an image whose changes are kept outside of it. */
async function machine(options: Options, here: Host, terminal: Terminal): Promise<Where> {
  const state = options.state === undefined ? defaultState() : givenPath(options.state);
  const store = { host: here, directory: state, lock: LOCK };
  // What a person pastes has to reach the same changes.
  const self = [...program(), ...(options.state === undefined ? [] : ['--state', state])];
  const live = {
    host: here,
    live: true,
    real: true,
    root: absolutePath('/'),
    store,
    self,
    program: started('--state', state),
    forget: () => undefined,
  };
  if (options.root === undefined) return live;
  const asked = givenPath(options.root);
  const root = await here.resolve(asked);
  if (!root || (await here.look(root))?.kind !== 'directory')
    throw new UsageFailure(`--root '${asked}' is no directory`, 'give the root folder of an image');
  if (root === '/') throw new UsageFailure('--root / is this host itself', 'leave --root out');
  const { imageHost } = await import('./host/image.ts');
  const host = await traceIf(options.verbose, imageHost(root), terminal);
  const outside = { ...store, lock: join(state, 'lock') };
  return {
    ...live,
    host,
    live: false,
    root,
    store: outside,
    self: [...self, '--root', root],
  };
}

/** A host to practise on, in a folder of its own. */
async function practice(options: Options, terminal: Terminal): Promise<Where> {
  const [{ practiceHost, practiceDirectory, forgetPractice }, { scenarioNamed }] =
    await Promise.all([import('./host/practice.ts'), import('./host/practice/scenario.ts')]);
  // Before a directory is made for it.
  if (options.scenario !== undefined) scenarioNamed(options.scenario);
  const directory = options.dir === undefined ? await practiceDirectory() : givenPath(options.dir);
  const practised = await practiceHost(directory, options.scenario);
  const host = await traceIf(options.verbose, practised, terminal);
  const self = [...program(), 'demo', '--dir', directory];
  terminal.note(`practice host in ${directory}: nothing of yours is touched`);
  return {
    host,
    live: true,
    real: false,
    root: absolutePath('/'),
    store: { host, directory: STATE, lock: LOCK },
    self,
    program: started('demo', '--dir', directory),
    forget: () => {
      if (options.dir === undefined) forgetPractice(directory);
    },
  };
}

/** The practice hosts, a line each. */
export async function scenarioList(): Promise<string> {
  const { SCENARIOS } = await import('./host/practice.ts');
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  return SCENARIOS.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}`).join('\n');
}

/** How this run was begun, so that its hints can be pasted: a clone has no `dockaudit` command. */
function program(): readonly string[] {
  return process.env['npm_lifecycle_event'] === 'start' ? ['npm', 'start', '--'] : ['dockaudit'];
}

/** The same program once more: Node and the script, or an executable that is both. */
function started(...words: readonly string[]): Argv {
  const [, script] = process.argv;
  const itself = absolutePath(process.execPath);
  return script === undefined || script === itself
    ? [itself, ...words]
    : [itself, script, ...words];
}

async function traceIf(verbose: boolean, host: Host, terminal: Terminal): Promise<Host> {
  if (!verbose) return host;
  const { traced } = await import('./host/traced.ts');
  return traced(host, ({ verb, what, ms, outcome }) =>
    terminal.complain(`${verb} ${what} (${ms.toFixed(1)} ms): ${outcome}`),
  );
}

/** Root keeps changes for the host; anybody else, of an image, in their own folder. */
function defaultState(): AbsolutePath {
  if (process.getuid?.() === 0) return STATE;
  const { XDG_STATE_HOME: state = '', HOME: home = '/' } = process.env;
  return absolutePath(
    state.startsWith('/') ? `${state}/dockaudit` : `${home}/.local/state/dockaudit`,
  );
}
