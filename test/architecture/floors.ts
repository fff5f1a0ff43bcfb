/** The house as data: floors, rooms, powers, and the one home of each library. Source: docs/architecture.md. */

export interface Room {
  readonly floor: number;
  /** Rooms whose values it may use; its own are its own business. */
  readonly values: readonly string[];
  /** Rooms of which it may name types besides. */
  readonly types: readonly string[];
  /** What of the port it may be given. */
  readonly power: 'none' | 'reads' | 'touches' | 'writes';
}

const LANGUAGES = ['ground', 'port', 'audit', 'controls'];
const THOUGHT = [...LANGUAGES, 'discover', 'evaluate', 'plan'];
const DONE = [...THOUGHT, 'apply', 'verify'];

export const ROOMS: Readonly<Record<string, Room>> = {
  ground: { floor: 0, values: [], types: [], power: 'none' },
  port: { floor: 1, values: [], types: ['ground'], power: 'writes' },
  audit: { floor: 1, values: ['ground'], types: ['port'], power: 'none' },
  controls: { floor: 1, values: ['ground', 'audit'], types: ['port'], power: 'none' },
  discover: { floor: 2, values: LANGUAGES, types: [], power: 'reads' },
  evaluate: { floor: 3, values: [...LANGUAGES, 'discover'], types: [], power: 'none' },
  plan: { floor: 3, values: [...LANGUAGES, 'discover', 'evaluate'], types: [], power: 'none' },
  apply: { floor: 4, values: THOUGHT, types: [], power: 'writes' },
  verify: { floor: 4, values: THOUGHT, types: [], power: 'touches' },
  dossier: {
    floor: 5,
    values: [...DONE, 'report'],
    types: [],
    power: 'writes',
  },
  // A report is drawn in the style of a terminal; that type is all the two share.
  report: { floor: 5, values: ['ground'], types: [...DONE, 'dossier', 'terminal'], power: 'none' },
  terminal: { floor: 5, values: ['ground'], types: DONE, power: 'none' },
  commands: {
    floor: 6,
    values: [...DONE, 'dossier', 'report', 'terminal'],
    types: [],
    power: 'writes',
  },
  machines: { floor: 7, values: LANGUAGES, types: [], power: 'writes' },
  door: {
    floor: 7,
    values: [...DONE, 'report', 'terminal', 'commands', 'machines'],
    types: [],
    power: 'writes',
  },
};

/** Files of src/ itself that lie below all rooms. */
const GROUND = ['errors.ts', 'paths.ts', 'text.ts', 'shell.ts', 'nearest.ts'];

/** The door: who asks, on which machine, and what ends the run. */
const DOOR = ['main.ts', 'hosts.ts', 'signals.ts', 'input.ts'];

/** Of the machines' folder, all that others may know. */
export const PORT = 'host/host.ts';

/** The machines that the door opens, all in hosts.ts; their other files belong to them alone. */
export const MACHINES = [
  'host/linux.ts',
  'host/image.ts',
  'host/practice.ts',
  'host/traced.ts',
  // For `demo --list`, which makes no host.
  'host/practice/scenario.ts',
];

/** @throws RangeError for a file that lies in no room: a new one has to be entered here first */
export function roomOf(file: string): string {
  if (DOOR.includes(file)) return 'door';
  if (file === PORT) return 'port';
  if (file.startsWith('host/')) return 'machines';
  const folder = file.slice(0, file.indexOf('/') + 1).slice(0, -1);
  if (folder === '' && GROUND.includes(file)) return 'ground';
  if (folder !== '' && folder in ROOMS) return folder;
  throw new RangeError(`src/${file} lies in no room of the house`);
}

/** Where a package or a module of Node may be imported: a folder ends with `/`. */
export interface Home {
  readonly library: string;
  readonly at: readonly string[];
  /** Only when it is needed: it costs start-up time. */
  readonly lazily: boolean;
}

export const HOMES: readonly Home[] = [
  { library: 'execa', at: ['host/command.ts'], lazily: true },
  { library: 'inquirer', at: ['terminal/ask.ts'], lazily: true },
  { library: 'listr2', at: ['terminal/progress.ts'], lazily: true },
  // Drawing, and the merge of an undo.
  { library: 'diff', at: ['report/diff.ts', 'apply/three-way.ts'], lazily: true },
  {
    library: 'valibot',
    at: ['controls/', 'apply/journal-schema.ts', 'dossier/manifest-schema.ts'],
    lazily: false,
  },
  { library: 'node:fs', at: ['host/'], lazily: false },
  { library: 'node:tty', at: ['main.ts', 'terminal/gone.ts'], lazily: false },
  { library: 'node:os', at: ['host/'], lazily: false },
  {
    library: 'node:child_process',
    at: ['host/query.ts', 'host/launch.ts'],
    lazily: true,
  },
  { library: 'node:child_process', at: ['host/attributes.ts'], lazily: false },
  { library: 'node:child_process', at: ['terminal/pager.ts'], lazily: false },
  {
    library: 'node:readline/promises',
    at: ['terminal/ask-plainly.ts', 'terminal/ask-while.ts'],
    lazily: false,
  },
  { library: 'node:stream', at: ['host/query.ts', 'terminal/ask-plainly.ts'], lazily: true },
  {
    library: 'node:crypto',
    at: ['apply/backup.ts', 'plan/fingerprint.ts', 'dossier/manifest.ts'],
    lazily: false,
  },
  // Drawing, and parseArgs, which is the command line's.
  {
    library: 'node:util',
    at: ['report/layout.ts', 'terminal/', 'commands/options.ts'],
    lazily: false,
  },
];

/** Files that are only names for what passes between rooms: nothing in them runs. */
export const TYPES_ONLY = [
  PORT,
  'audit/world.ts',
  'audit/coverage.ts',
  'audit/status.ts',
  'discover/facts.ts',
  'terminal/terminal.ts',
  'report/report.ts',
  'verify/proof.ts',
  'commands/context.ts',
];

/** What of Node's `process` a file may touch, where it is more than nothing. */
export const PROCESS: readonly { readonly at: string; readonly names: readonly string[] }[] = [
  { at: 'main.ts', names: ['argv', 'exit', 'exitCode', 'env', 'stdin', 'stdout', 'stderr'] },
  { at: 'hosts.ts', names: ['argv', 'env', 'execPath', 'getuid'] },
  { at: 'input.ts', names: ['stdin'] },
  { at: 'signals.ts', names: ['on', 'off'] },
  { at: 'host/', names: ['pid', 'kill', 'env', 'geteuid', 'getegid', 'getuid', 'getgid'] },
  { at: 'terminal/', names: ['on', 'off', 'kill', 'pid'] },
  // A report goes to a file of whoever runs us.
  { at: 'commands/deliver.ts', names: ['getuid', 'getgid'] },
  // A path is read from where they stand.
  { at: 'commands/given-path.ts', names: ['cwd'] },
  { at: 'dossier/versions.ts', names: ['version'] },
  // Only Linux 6.1 and later say in /proc what machine it is.
  { at: 'discover/machine.ts', names: ['arch'] },
];
