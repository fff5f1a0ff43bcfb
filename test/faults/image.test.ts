/** An image's fix and its undo, killed and hindered at each call that changes a file. No kernel. */

import {
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cli } from '../support/cli.ts';
import { practised } from '../support/hosts.ts';
import { crashes, refusals, unhindered, type Scene } from '../support/matrix.ts';
import { requireStrace, STEADY } from '../support/strace.ts';

const folder = mkdtempSync(join(tmpdir(), 'dockaudit-matrix-'));
const [root, state] = [join(folder, 'root'), join(folder, 'state')];
const places = new RegExp(`${root}/etc/audit|${state}`);

beforeAll(async () => {
  requireStrace();
  using made = await practised('fresh');
  // Nothing runs in an image.
  for (const path of ['proc', 'run', 'sys']) rmSync(join(made.root, path), { recursive: true });
  keep(made.root, 'plain-root');
  await restore('plain');
  await run(['fix', '--yes']);
  keep(root, 'fixed-root');
  keep(state, 'fixed-state');
});
afterAll(() => rmSync(folder, { recursive: true }));

function keep(path: string, name: string): void {
  cpSync(path, join(folder, name), {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
  });
}

async function restore(name: 'plain' | 'fixed'): Promise<void> {
  for (const [path, copy] of [
    [root, `${name}-root`],
    [state, `${name}-state`],
  ] as const) {
    rmSync(path, { recursive: true, force: true });
    if (!existsSync(join(folder, copy))) continue;
    cpSync(join(folder, copy), path, {
      recursive: true,
      preserveTimestamps: true,
      verbatimSymlinks: true,
    });
  }
}

const where = ['--root', root, '--state', state];

async function run(args: readonly string[]) {
  const { exit, ...said } = await cli([...args, ...where]);
  return { status: exit, ...said };
}

function scene(command: Scene['command'], name: 'plain' | 'fixed'): Scene {
  return {
    command,
    argv: [...STEADY, command, '--yes', ...where],
    places,
    begin: () => restore(name),
    run,
    look: async () => inventory(join(root, 'etc')),
    leavings: () =>
      [...below(join(root, 'etc')), ...below(state)].filter((path) => path.includes('.dockaudit-')),
  };
}

function inventory(at: string): string {
  return below(at)
    .map((path) => {
      const { mode, uid, gid } = lstatSync(path);
      const text = lstatSync(path).isFile() ? readFileSync(path, 'latin1') : '';
      return `${path} ${mode.toString(8)} ${uid}:${gid} ${JSON.stringify(text)}`;
    })
    .join('\n');
}

function below(at: string): readonly string[] {
  if (!existsSync(at)) return [];
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => join(at, name));
}

const scenes = [scene('fix', 'plain'), scene('rollback', 'fixed')];

const BACK = {
  fix: { idle: 'before', begun: 'before', ended: 'after' },
  rollback: { idle: 'before', begun: 'after', ended: 'after' },
} as const;
const FORTH = {
  fix: { idle: 'before', begun: 'after', ended: 'after' },
  rollback: { idle: 'before', begun: 'before', ended: 'after' },
} as const;

test.each(scenes)('$command of an image, killed: recover ends it as was asked', async (one) => {
  const { command } = one;
  const whole = await unhindered(one);
  const back = { args: ['recover', '--yes'], leads: BACK[command] };
  const forth = { args: ['recover', '--to', 'after'], leads: FORTH[command] };
  expect(await crashes(`${command} of an image`, one, whole, back, 12)).toEqual([]);
  expect(await crashes(`${command} of an image, then forward`, one, whole, forth, 16)).toEqual([]);
});

test('fix of an image, killed: the next fix does it all', async () => {
  const [one] = scenes;
  if (!one) throw new Error('there is no scene');
  const next = {
    args: ['fix', '--yes'],
    leads: { idle: 'after', begun: 'after', ended: 'after' },
  } as const;
  expect(
    await crashes('fix of an image, then another', one, await unhindered(one), next, 20),
  ).toEqual([]);
});

test.each(scenes)('$command of an image, hindered: it ends as it says', async (one) => {
  expect(await refusals(`${one.command} of an image`, one, await unhindered(one), 90)).toEqual([]);
});
