/**
 * The practice host of `dockaudit demo`: a Debian-like tree in a directory and a simulated kernel
 * beside it. Both stay, so that a later process goes on from there; nothing else is touched.
 */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { UsageFailure } from '../errors.ts';
import { absolutePath, join, type AbsolutePath } from '../paths.ts';
import { printable } from '../text.ts';
import { makeDirectories } from './changes.ts';
import { realClock } from './clock.ts';
import { attempt, attemptIfThere, quoted } from './failure.ts';
import { native } from './files.ts';
import type { Clock, Entry, FileImage, Host, Space } from './host.ts';
import { imageHost } from './image.ts';
import { BOOTED, build, stateBeforeBoot } from './practice/build.ts';
import type { Machine } from './practice/machine.ts';
import { call, exitOf } from './practice/programs.ts';
import { scenarioNamed } from './practice/scenario.ts';
import { readState, writeState, type PracticeState } from './practice/state.ts';
import { touch } from './practice/touch.ts';
import { Tree } from './practice/tree.ts';

export { SCENARIOS } from './practice/scenario.ts';

/** The disk of every practice host: what this machine has free would tell nothing of it. */
const DISK: Space = { freeBytes: 12 * 1024 ** 3, totalBytes: 20 * 1024 ** 3 };

/** A new directory for one that nobody asked to keep; the system clears it away some day. */
export async function practiceDirectory(): Promise<AbsolutePath> {
  const prefix = join(absolutePath(tmpdir()), 'dockaudit-demo-');
  return attempt('make a directory in', tmpdir(), () => absolutePath(mkdtempSync(prefix)));
}

/** Takes a practice host away. @throws HostFailure */
export function forgetPractice(directory: AbsolutePath): void {
  attempt('remove', directory, () => rmSync(native(directory), { recursive: true, force: true }));
}

/**
 * The practice host in `directory`: continued if there is one, else made as `scenario` says.
 * @throws UsageFailure for an unknown scenario, or where something else is
 */
export async function practiceHost(
  directory: AbsolutePath,
  scenario?: string,
  clock: Clock = realClock,
): Promise<Host> {
  const tree = new Tree(join(directory, 'root'));
  if (!isThere(directory, tree)) make(directory, tree, scenario ?? 'fresh');
  else if (scenario !== undefined) requireScenario(directory, tree, scenario);
  const image = imageHost(tree.root);
  const perform = async ({ argv }: { readonly argv: readonly string[] }) =>
    exitOf(
      at(
        directory,
        tree,
        () => clock.now(),
        (machine) => call(machine, argv),
      ),
    );
  const owner = ownership();
  return {
    ...image,
    touch: async (path, deed) =>
      at(
        directory,
        tree,
        () => clock.now(),
        (machine) => touch(machine, path, deed),
      ),
    read: async (path) => owner.shown(await image.read(path)),
    look: async (path) => owner.shown(await image.look(path)),
    space: async (path) => ((await image.space(path)) === undefined ? undefined : DISK),
    replace: (path, file) => image.replace(path, owner.kept(file)),
    ask: perform,
    run: perform,
    clock,
  };
}

/** A practice host goes on as what it began as. @throws UsageFailure */
function requireScenario(directory: AbsolutePath, tree: Tree, wanted: string): void {
  const found = readState(directory, tree)?.scenario;
  if (found === undefined || found === wanted) return;
  throw new UsageFailure(
    `the practice host in '${directory}' is the scenario ${found}, not ${wanted}`,
    'leave --scenario out to go on with it, or name another directory',
  );
}

/** Lets `task` work on the state as it is kept now, and keeps what it made of it. */
function at<T>(
  directory: AbsolutePath,
  tree: Tree,
  now: () => Date,
  task: (machine: Machine) => T,
): T {
  const state = readState(directory, tree);
  if (state === undefined) throw notOurs(directory);
  const machine = machineOf(tree, state, now);
  const result = task(machine);
  if (machine.state !== state) writeState(directory, machine.state);
  return result;
}

function machineOf(tree: Tree, state: PracticeState, now: () => Date): Machine {
  const machine: Machine = { tree, state, now, run: (argv) => call(machine, argv) };
  return machine;
}

function make(directory: AbsolutePath, tree: Tree, name: string): void {
  const scenario = scenarioNamed(name);
  makeDirectories(directory, 0o755);
  const machine = machineOf(tree, stateBeforeBoot(scenario), () => BOOTED);
  build(machine, scenario);
  writeState(directory, machine.state);
}

/** @throws UsageFailure if `directory` holds something else */
function isThere(directory: AbsolutePath, tree: Tree): boolean {
  const names = attemptIfThere('list', directory, () => readdirSync(native(directory)));
  if (names === undefined || names.length === 0) return false;
  if (readState(directory, tree) === undefined) throw notOurs(directory);
  return true;
}

function notOurs(directory: AbsolutePath): UsageFailure {
  return new UsageFailure(
    `cannot practise in '${printable(directory)}': it is not empty, and no practice host`,
    `name a new directory, or look at it: ls -l ${quoted(directory)}`,
  );
}

/** Whoever runs us is root on the practice host, and owns its files. */
function ownership() {
  const [uid, gid] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
  return {
    shown: <T extends Entry | FileImage>(one: T | undefined): T | undefined =>
      one && { ...one, uid: one.uid === uid ? 0 : one.uid, gid: one.gid === gid ? 0 : one.gid },
    kept: (file: FileImage): FileImage => ({
      ...file,
      uid: file.uid === 0 ? uid : file.uid,
      gid: file.gid === 0 ? gid : file.gid,
    }),
  };
}
