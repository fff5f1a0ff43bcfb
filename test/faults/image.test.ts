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
import { BIN, cli } from '../support/cli.ts';
import { practised } from '../support/hosts.ts';
import { crashes, refusals, unhindered, type Scene } from '../support/matrix.ts';
import { requireStrace } from '../support/strace.ts';

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

function scene(command: string, name: 'plain' | 'fixed'): Scene {
  return {
    argv: [process.execPath, BIN, command, '--yes', ...where],
    places,
    begin: () => restore(name),
    run,
    look: async () => inventory(join(root, 'etc')),
    leavings: () =>
      [...below(root), ...below(state)].filter((path) => path.includes('.dockaudit-')),
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

const scenes = [
  ['fix', scene('fix', 'plain')],
  ['rollback', scene('rollback', 'fixed')],
] as const;

test.each(scenes)('%s of an image, killed: the next run brings it back', async (name, one) => {
  const whole = await unhindered(one);
  const next = {
    args: ['rollback', '--yes'],
    statuses: [0, 64],
    leads: name === 'fix' ? 'before' : 'after',
  } as const;
  const count = await crashes(`crash, ${name} of an image`, one, whole, next, 8);
  expect(count).toBeGreaterThan(5);
});

test.each(scenes)('%s of an image, hindered: it ends as it says', async (name, one) => {
  const whole = await unhindered(one);
  const count = await refusals(`errno, ${name} of an image`, one, whole, ['rollback', '--yes'], 40);
  expect(count).toBeGreaterThan(10);
});
