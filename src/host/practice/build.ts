/** Makes a practice host: writes its tree, boots it, and does what its scenario says happened. */

import plain from '../../../templates/practice/tree.json' with { type: 'json' };
import { EMPTY_KERNEL } from '../../audit/load.ts';
import { absolutePath, type AbsolutePath } from '../../paths.ts';
import { startDaemon } from './daemon.ts';
import { linesText, type Machine } from './machine.ts';
import { scenarioNamed, type Scenario } from './scenario.ts';
import type { PracticeState } from './state.ts';
import type { Tree } from './tree.ts';

/** The plain tree, as templates/practice/tree.json holds it: modes in octal, lines of text. */
interface Blueprint {
  readonly directories: Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, string>>;
  /** Programs, for which this folder answers. */
  readonly programs: readonly string[];
  readonly modes: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, readonly string[]>>;
}

const blueprint: Blueprint = plain;

/** After this nothing of the tree is written but by what happens on the host. */
const INSTALLED = new Date('2026-01-15T09:00:00Z');
/** A little after `btime` in /proc/stat of the tree. */
export const BOOTED = new Date('2026-01-20T08:00:04.120Z');

const FIRST_PID = 405;
const BOOT_ID = absolutePath('/proc/sys/kernel/random/boot_id');
const AUDITD = absolutePath('/usr/sbin/auditd');
const STANDIN = '# A program of the practice host: src/host/practice answers in its place.\n';

/** What a host holds in mind before it boots. */
export function stateBeforeBoot(scenario: Scenario): PracticeState {
  return {
    scenario: scenario.name,
    boots: 0,
    daemon: { name: 'auditd', pid: 0 },
    lastPid: FIRST_PID,
    kernel: EMPTY_KERNEL,
    refusals: [],
  };
}

/** Makes `machine`, whose tree is empty, the host of `scenario`. */
export function build(machine: Machine, scenario: Scenario): void {
  const { tree } = machine;
  install(tree, () => true);
  for (const path of scenario.removed ?? []) tree.remove(absolutePath(path));
  for (const [path, lines] of Object.entries(scenario.files ?? {}))
    writeFile(tree, absolutePath(path), linesText(lines), 0o640);
  boot(machine, scenario.daemon);
  for (const [path, lines] of Object.entries(scenario.appended ?? {})) {
    const file = absolutePath(path);
    tree.write(file, `${tree.text(file) ?? ''}${linesText(lines)}`);
  }
  for (const command of scenario.commands ?? []) machine.run(command.split(' '));
  machine.state = { ...machine.state, refusals: scenario.refusals ?? [] };
}

/** Boots again: of the rules, those in files survive. */
export function reboot(machine: Machine): void {
  boot(machine, scenarioNamed(machine.state.scenario).daemon);
}

/** Starts the kernel anew, with nothing in its table, and then auditd. */
function boot(machine: Machine, daemon?: string): void {
  const { tree, state } = machine;
  tree.remove(absolutePath(`/proc/${state.daemon.pid || 'none'}`));
  const boots = state.boots + 1;
  tree.write(BOOT_ID, `00000000-0000-4000-8000-${String(boots).padStart(12, '0')}\n`);
  machine.state = { ...state, boots, kernel: EMPTY_KERNEL, daemon: { name: 'auditd', pid: 0 } };
  if (tree.look(AUDITD) === undefined) return;
  machine.run(['/usr/bin/systemctl', 'start', 'auditd']);
  if (daemon === undefined) return;
  machine.run(['/usr/bin/systemctl', 'stop', 'auditd']);
  startDaemon(machine, daemon);
}

/** Writes what of the plain tree is `wanted`. */
export function install(tree: Tree, wanted: (path: string) => boolean): void {
  const parts = <T>(part: Readonly<Record<string, T>>) =>
    Object.entries(part)
      .filter(([path]) => wanted(path))
      .map(([path, value]) => [absolutePath(path), value] as const);
  tree.directory(absolutePath('/'));
  for (const [path, mode] of parts(blueprint.directories))
    tree.directory(path, Number.parseInt(mode, 8));
  for (const [path, target] of parts(blueprint.links)) tree.link(path, target);
  for (const path of blueprint.programs.filter(wanted))
    writeFile(tree, absolutePath(path), STANDIN, 0o755);
  for (const [path, lines] of parts(blueprint.files))
    writeFile(tree, path, linesText(lines), Number.parseInt(blueprint.modes[path] ?? '0644', 8));
}

function writeFile(tree: Tree, path: AbsolutePath, text: string, mode: number): void {
  tree.write(path, text, mode);
  tree.date(path, INSTALLED);
}
