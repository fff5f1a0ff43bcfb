/** systemd units: asked of systemctl where systemd runs, else read in systemd's own order. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, isAbsolutePath, join, type AbsolutePath } from '../paths.ts';
import { decode } from '../text.ts';
import type { Programs } from './facts.ts';
import { readPullers, type Pullers } from './pullers.ts';
import { readText } from './small-files.ts';

export interface Unit {
  readonly name: string;
  readonly load: 'loaded' | 'masked' | 'absent';
  /** The unit file that won, or undefined for a generated or absent unit. */
  readonly fragment: AbsolutePath | undefined;
  readonly dropIns: readonly AbsolutePath[];
  /** Command lines by setting, such as `ExecStart`, drop-ins applied. */
  readonly commands: ReadonlyMap<string, readonly string[]>;
  readonly refusesManualStop: boolean;
  /** UnitFileState in systemd's word; empty where only files were read. */
  readonly state: string;
  /** Units that start with it. */
  readonly wants: readonly string[];
  /** The same, and without them it does not start. */
  readonly requires: readonly string[];
  /** Units that start it, as systemd or the links of `.wants` and `.requires` directories tell. */
  readonly pulledBy: readonly string[];
}

/** Highest first. Source: systemd.unit(5), systemd 257. */
const UNIT_PATH = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/generator.late',
].map(absolutePath);

const COMMANDS = ['ExecStart', 'ExecStartPost', 'ExecStop', 'ExecStopPost'] as const;
const PULLS = ['Wants', 'Requires', 'WantedBy', 'RequiredBy'] as const;
const PLAIN = ['LoadState', 'FragmentPath', 'DropInPaths', 'RefuseManualStop', 'UnitFileState'];
const PROPERTIES = [...PLAIN, ...PULLS, ...COMMANDS];

/** Each of `names`, in their order. @throws HostFailure */
export async function readUnits(
  host: HostReader,
  programs: Programs,
  names: readonly string[],
): Promise<readonly Unit[]> {
  const running = (await host.look(absolutePath('/run/systemd/system'))) !== undefined;
  if (running && programs.systemctl) {
    const exit = await host.ask({
      kind: 'query',
      argv: [programs.systemctl, 'show', ...PROPERTIES.map((name) => `-p${name}`), '--', ...names],
      timeoutMs: 10_000,
    });
    // Only systemd's own answer counts: a failed call falls through to the files.
    const blocks = decode(exit.stdout).trimEnd().split('\n\n');
    if (exit.status === 0 && blocks.length === names.length)
      return names.map((name, index) => unitOf(name, blocks[index] ?? ''));
  }
  const directories = await presentDirectories(host);
  const pullers = await readPullers(host, directories);
  return Promise.all(names.map((name) => readUnitFiles(host, name, directories, pullers)));
}

/** Most places of the unit path are absent: each is looked for once. */
async function presentDirectories(host: HostReader): Promise<readonly AbsolutePath[]> {
  const entries = await Promise.all(UNIT_PATH.map((path) => host.resolve(path)));
  return UNIT_PATH.filter((_, index) => entries[index] !== undefined);
}

function unitOf(name: string, block: string): Unit {
  const values = new Map<string, string[]>();
  for (const line of block.split('\n')) {
    const at = line.indexOf('=');
    const key = line.slice(0, at);
    values.set(key, [...(values.get(key) ?? []), line.slice(at + 1)]);
  }
  const one = (key: string): string => values.get(key)?.[0] ?? '';
  const names = (...keys: readonly string[]): readonly string[] =>
    keys.flatMap((key) => wordsOf(one(key)));
  const fragment = one('FragmentPath');
  const load = one('LoadState');
  return {
    name,
    load: load === 'masked' ? 'masked' : load === 'not-found' ? 'absent' : 'loaded',
    fragment: isAbsolutePath(fragment) ? fragment : undefined,
    dropIns: names('DropInPaths').filter(isAbsolutePath),
    commands: new Map(
      COMMANDS.map((key) => [key, (values.get(key) ?? []).flatMap(commandOf)] as const),
    ),
    refusesManualStop: one('RefuseManualStop') === 'yes',
    state: one('UnitFileState'),
    wants: names('Wants'),
    requires: names('Requires'),
    pulledBy: names('WantedBy', 'RequiredBy'),
  };
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** `{ path=/sbin/auditd ; argv[]=/sbin/auditd -n ; ignore_errors=no ; … }` */
function commandOf(value: string): readonly string[] {
  const [, argv] = / argv\[\]=(.*?) ; ignore_errors=/.exec(value) ?? [];
  return argv === undefined ? [] : [argv];
}

async function readUnitFiles(
  host: HostReader,
  name: string,
  directories: readonly AbsolutePath[],
  pullers: Pullers,
): Promise<Unit> {
  const { load, fragment } = await findFragment(host, name, directories);
  const dropIns = load === 'loaded' ? await findDropIns(host, name, directories) : [];
  const texts = await Promise.all(
    (fragment ? [fragment, ...dropIns] : dropIns).map((path) => readText(host, path)),
  );
  const assigned = texts.flatMap((text) => assignments(text ?? ''));
  const commands = COMMANDS.map((key) => [key, lastList(assigned, key)] as const);
  const refuse = assigned.findLast(([key]) => key === 'RefuseManualStop')?.[1] ?? 'no';
  return {
    name,
    load,
    fragment,
    dropIns,
    commands: new Map(commands),
    refusesManualStop: ['yes', 'true', 'on', '1'].includes(refuse),
    state: '',
    wants: lastList(assigned, 'Wants').flatMap(wordsOf),
    requires: lastList(assigned, 'Requires').flatMap(wordsOf),
    pulledBy: [...(pullers.get(name) ?? [])].toSorted(),
  };
}

async function findFragment(
  host: HostReader,
  name: string,
  directories: readonly AbsolutePath[],
): Promise<Pick<Unit, 'load' | 'fragment'>> {
  for (const directory of directories) {
    const path = join(directory, name);
    const entry = await host.look(path);
    if (!entry) continue;
    const empty = entry.kind === 'file' && entry.size === 0;
    if (empty || entry.target === '/dev/null') return { load: 'masked', fragment: path };
    if (entry.kind === 'file' || entry.kind === 'symlink')
      return { load: 'loaded', fragment: path };
  }
  return { load: 'absent', fragment: undefined };
}

/** A name in a higher directory hides the same name in a lower one; all are read in name order. */
async function findDropIns(
  host: HostReader,
  name: string,
  directories: readonly AbsolutePath[],
): Promise<readonly AbsolutePath[]> {
  const found = new Map<string, AbsolutePath>();
  for (const directory of directories) {
    const dropIns = join(directory, `${name}.d`);
    for (const file of (await host.list(dropIns)) ?? [])
      if (file.endsWith('.conf') && !found.has(file)) found.set(file, join(dropIns, file));
  }
  return [...found].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, path]) => path);
}

function assignments(text: string): readonly (readonly [string, string])[] {
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => !/^\s*[#;]/.test(line))
    .flatMap((line) => {
      const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      return key === undefined || value === undefined ? [] : [[key, value] as const];
    });
}

/** A list setting adds up, and an empty value empties it. Prefixes such as `-` are systemd's. */
function lastList(
  assigned: readonly (readonly [string, string])[],
  key: string,
): readonly string[] {
  const values = assigned.filter(([name]) => name === key).map(([, value]) => value);
  return values
    .slice(values.lastIndexOf('') + 1)
    .map((value) => value.replace(/^[-@:+!|]+/, '').trim());
}
