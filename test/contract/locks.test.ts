/** Locks between real processes: whatever a crash left behind, there is one winner. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { linuxHost } from '../../src/host/linux.ts';
import { absolutePath } from '../../src/paths.ts';

const contender = path.join(import.meta.dirname, 'support/contender.ts');
const stale = 'pid=4194999 boot=00000000-0000-0000-0000-000000000000 start=1\n';

let folder: string;
let lock: string;
let children: readonly Contender[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dockaudit-locks-'));
  lock = path.join(folder, 'lock');
});
afterEach(() => {
  for (const { child } of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

test.each([
  ['a stale lock whose taker died too', ['lock', 'lock.takeover', 'lock.takeover.takeover']],
  ['no lock', []],
])('of fifty that race for %s exactly one wins', async (_name, left) => {
  for (const name of left) writeFileSync(path.join(folder, name), stale);
  await start(50, 'hold');
  for (const { child } of children) child.stdin?.write('go\n');
  await expect.poll(() => said().length, { timeout: 20_000 }).toBe(50);
  const winners = children.filter(({ lines }) => lines.includes('won'));
  expect(winners.map(({ lines }) => lines)).toEqual([['ready', 'won']]);
  const losses = said().filter((line) => line !== 'won');
  // Nearly all name the winner; who came while the lock was taken over names who was at it.
  expect(losses.every((line) => /^75 \d+$/.test(line))).toBe(true);
  expect(losses).toContain(`75 ${winners[0]?.child.pid}`);
  for (const { child } of children) child.stdin?.end();
  await Promise.all(children.map(({ exit }) => exit));
  expect(readdirSync(folder).filter((name) => name === 'lock')).toEqual([]);
});

test('never are two inside at once, though some die holding the lock', async () => {
  writeFileSync(lock, stale);
  await start(10, 'hammer');
  for (const { child } of children) child.stdin?.end('go\n');
  await Promise.all(children.map(({ exit }) => exit));
  expect(said().filter((line) => line !== 'won')).toEqual([]);
  expect(said().length).toBeGreaterThan(10);
});

/** Creating a PID namespace needs root (CAP_SYS_ADMIN): pid_namespaces(7). */
test.runIf(process.getuid?.() === 0)(
  'the lock of another PID namespace is held, though its number is nobody here',
  async () => {
    const [inside] = (children = [contend('hold', ['unshare', '--pid', '--fork', '--mount-proc'])]);
    await expect.poll(() => inside?.lines[0], { timeout: 25_000 }).toBe('ready');
    inside?.child.stdin?.write('go\n');
    await expect.poll(() => inside?.lines[1], { timeout: 25_000 }).toBe('won');
    const written = textOf(lock);

    await expect(take()).rejects.toMatchObject({
      name: 'LockedFailure',
      exitCode: 75,
      message: expect.stringMatching(/another run, process \d+ of another container, holds it$/),
      advice: `wait until it ends; if no container runs dockaudit any more: rm ${lock}`,
    });
    expect(textOf(lock)).toBe(written);
    inside?.child.stdin?.end();
    await inside?.exit;
    expect(await take()).toBe('taken');
  },
);

test('what a killed run began still holds its lock, and a daemon of it does not', async () => {
  await start(1, 'run');
  const [killed] = children;
  killed?.child.stdin?.write('go\n');
  const pids = () => /^(\d+) (\d+)\n$/.exec(textOf(`${lock}.pids`)) ?? [];
  await expect.poll(() => pids().length, { timeout: 20_000 }).toBe(3);
  const [daemon, program] = pids().slice(1).map(Number);
  onTestFinished(() => endIfThere(daemon, program));
  // Once it is the program itself, no shell any more.
  await expect.poll(() => textOf(`/proc/${program}/comm`)).toBe('sleep\n');
  killed?.child.kill('SIGKILL');
  await killed?.exit;

  await expect(take()).rejects.toMatchObject({
    name: 'LockedFailure',
    exitCode: 75,
    message: expect.stringContaining(`process ${program} (sleep), begun by a run that was cut off`),
    advice: expect.stringContaining(`ps -fp ${program}`),
  });
  expect(textOf(lock)).toContain(`pid=${killed?.child.pid} `);
  endIfThere(program);
  await expect.poll(() => take().catch(String)).toBe('taken');
  expect(textOf(`/proc/${daemon}/comm`)).toBe('sleep\n');
});

test('what killed runs left beside the lock goes, what living ones and others have there stays', async () => {
  const ended = spawnSync('/bin/true').pid;
  const [theirs, ours] = [process.ppid, process.pid].map((pid) => `.dockaudit-${pid}-17-1.tmp`);
  const stay = [theirs, '.dockaudit-notes', `dockaudit-${ended}-17-1.tmp`, 'x.tmp'];
  const images = ['2.tmp', '3.out'].map((end) => `.dockaudit-${ended}-1795543935485-${end}`);
  // A run that had our number, before it was given anew, is gone as well.
  const go = [ours, ...images];
  for (const name of [...stay, ...go]) writeFileSync(path.join(folder, name ?? ''), '');
  await take();
  expect(new Set(readdirSync(folder))).toEqual(new Set(stay));
});

function take(): Promise<string> {
  return linuxHost().exclusively(absolutePath(lock), async () => 'taken');
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function endIfThere(...pids: ReadonlyArray<number | undefined>): void {
  for (const pid of pids)
    if (pid !== undefined && existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL');
}

interface Contender {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly exit: Promise<unknown>;
}

async function start(count: number, mode: string): Promise<void> {
  children = Array.from({ length: count }, () => contend(mode));
  const isReady = () => children.every(({ lines }) => lines[0] === 'ready');
  await expect.poll(isReady, { timeout: 25_000 }).toBe(true);
}

function contend(mode: string, within: readonly string[] = []): Contender {
  const [program, ...args] = [...within, process.execPath, contender, lock, mode];
  const child = spawn(program ?? '', args, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.split('\n').filter((line) => line !== ''));
  });
  return { child, lines, exit: new Promise((resolve) => void child.once('exit', resolve)) };
}

function said(): readonly string[] {
  return children.flatMap(({ lines }) => lines.slice(1));
}
