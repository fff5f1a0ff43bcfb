/** What only a Host with programs can show: limits, a bare environment, daemons left behind. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Exit } from '../../src/host/host.ts';
import { linuxHost } from '../../src/host/linux.ts';
import { absolutePath } from '../../src/paths.ts';
import { decode } from '../../src/text.ts';

const host = linuxHost();
const MIB = 1024 * 1024;

type Start = (program: string, args: readonly string[], timeoutMs?: number) => Promise<Exit>;

const asking: Start = (program, args, timeoutMs = 10_000) =>
  host.ask({ kind: 'query', argv: [absolutePath(program), ...args], timeoutMs });
const running: Start = (program, args, timeoutMs = 10_000) =>
  host.run({ kind: 'command', argv: [absolutePath(program), ...args], timeoutMs });

const launching = (script: string, timeoutMs = 10_000) =>
  host.launch({
    kind: 'command',
    argv: [absolutePath('/bin/sh'), '-c', script],
    timeoutMs,
  });

/** `room`: how many bytes of output are kept; `overflow`: whether the program goes on after that. */
const ways = [
  { name: 'ask', start: asking, room: 32 * MIB, overflow: 137 },
  { name: 'run', start: running, room: 16 * MIB, overflow: 7 },
] as const;

describe.each(ways)('$name', ({ start, room, overflow }) => {
  const shell = (script: string, timeoutMs?: number) => start('/bin/sh', ['-c', script], timeoutMs);

  afterEach(() => vi.unstubAllEnvs());

  test('gives status and both outputs, byte by byte', async () => {
    const exit = await shell(String.raw`printf '\377\000\n'; printf 'why\n' >&2; exit 3`);
    expect(exit).toEqual({
      status: 3,
      stdout: Uint8Array.of(0xff, 0, 0x0a),
      stderr: new TextEncoder().encode('why\n'),
    });
  });

  test('passes on nothing of our environment', async () => {
    for (const name of [
      'NODE_OPTIONS',
      'LD_PRELOAD',
      'LD_LIBRARY_PATH',
      'TERM',
      'SUDO_USER',
      'HOME',
    ])
      vi.stubEnv(name, '/tmp/evil');
    vi.stubEnv('PATH', '/tmp/evil');
    const { stdout } = await start('/usr/bin/env', []);
    const lines = decode(stdout).trim().split('\n').toSorted();
    expect(lines).toEqual(['LC_ALL=C', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin']);
  });

  test('starts in the root directory, with nothing to read', async () => {
    const { stdout } = await shell('pwd; cat; readlink /proc/self/fd/0');
    expect(decode(stdout)).toBe('/\n/dev/null\n');
  });

  test('takes each argument as it is', async () => {
    const words = ['', 'a b', '$HOME', '*', "'", ';', '-n', 'ä\n'];
    const { stdout } = await start('/usr/bin/printf', ['<%s>', ...words]);
    expect(decode(stdout)).toBe(words.map((word) => `<${word}>`).join(''));
  });

  test('ends what takes too long, and keeps what it said', async () => {
    const began = performance.now();
    const exit = await shell('echo begun; sleep 20', 200);
    expect(exit).toMatchObject({ status: 124, trouble: 'timeout' });
    expect(decode(exit.stdout)).toBe('begun\n');
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('does not wait for a daemon that holds its output open', async () => {
    const began = performance.now();
    const exit = await shell('sleep 20 & echo "$!"; exit 4');
    expect(performance.now() - began).toBeLessThan(5000);
    expect(exit.status).toBe(4);
    // It lives on: a daemon that was started is not ours to end.
    expect(process.kill(Number(decode(exit.stdout)), 'SIGTERM')).toBe(true);
  });

  test('keeps a bounded part of endless output, and says so', async () => {
    const exit = await shell(`head -c ${40 * MIB} /dev/zero; exit 7`);
    expect(exit).toMatchObject({ status: overflow, trouble: 'overflow' });
    expect(exit.stdout).toHaveLength(room);
  });

  test('says which signal ended it', async () => {
    const exit = await shell('kill -TERM $$');
    expect(exit).toMatchObject({ status: 143, trouble: 'signal' });
  });

  test('knows a missing program from one that cannot be started', async () => {
    expect(await start('/etc/passwd/x', [])).toMatchObject({ status: 127, trouble: 'missing' });
    await expect(start('/etc/passwd', [])).rejects.toMatchObject({
      name: 'HostFailure',
      code: 'EACCES',
      message: "cannot run '/etc/passwd': permission denied",
    });
  });
});

test('a query is given its input, whether it reads all of it or nothing', async () => {
  const input = new Uint8Array(MIB).fill(0xfe);
  const fed = (program: string) =>
    host.ask({ kind: 'query', argv: [absolutePath(program)], timeoutMs: 10_000, input });
  expect(await fed('/bin/cat')).toMatchObject({ status: 0, stdout: input });
  expect(await fed('/bin/true')).toMatchObject({ status: 0 });
});

test('queries run side by side', async () => {
  const began = performance.now();
  await Promise.all(Array.from({ length: 5 }, () => asking('/bin/sleep', ['0.4'])));
  expect(performance.now() - began).toBeLessThan(1500);
});

test('a command has a session of its own, and a time-out ends its whole group', async () => {
  const script =
    'read -r _ _ _ _ _ session _ </proc/$$/stat; echo "$$ $session"; sleep 20 & echo $!; wait';
  const { stdout } = await running('/bin/sh', ['-c', script], 300);
  const [leader, session, child] = decode(stdout).trim().split(/\s+/).map(Number);
  expect(session).toBe(leader);
  await expect.poll(() => isGone(child)).toBe(true);
});

test('a file of /proc, whose size is 0, is read to its end', async () => {
  const file = await host.read(absolutePath('/proc/self/maps'));
  expect(file?.bytes.length).toBeGreaterThan(4096);
});

test('the room on a file system is what df says', async () => {
  const space = await host.space(absolutePath('/'));
  const { stdout } = await asking('/bin/df', ['-B1', '--output=size,avail', '/']);
  const [size, free] = decode(stdout).trim().split('\n').at(-1)?.trim().split(/\s+/) ?? [];
  expect(String(space?.totalBytes)).toBe(size);
  // Others write meanwhile.
  expect(Math.abs(Number(space?.freeBytes) - Number(free))).toBeLessThan(1024 * MIB);
});

test('a device is refused', async () => {
  await expect(host.read(absolutePath('/dev/zero'))).rejects.toMatchObject({ code: 'ENOTREG' });
});

/** A zombie counts as gone: whoever adopted it may be slow to reap it. */
function isGone(pid = 0): boolean {
  try {
    return / \(sleep\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

describe('launch', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockaudit-launch-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('lets a program go on in a session of its own, with a bare environment', async () => {
    const said = join(folder, 'said');
    vi.stubEnv('NODE_OPTIONS', '--bad');
    await launching(`echo ready; sleep 0.2; cut -d' ' -f6 /proc/$$/stat > ${said}.session
      echo $$ > ${said}.pid; env > ${said}.env; readlink /proc/self/cwd > ${said}`);
    await expect.poll(() => existsSync(said) && readFileSync(said, 'utf8')).toBe('/\n');
    expect(readFileSync(`${said}.session`, 'utf8')).toBe(readFileSync(`${said}.pid`, 'utf8'));
    expect(readFileSync(`${said}.env`, 'utf8')).not.toContain('NODE_OPTIONS');
    vi.unstubAllEnvs();
  });

  test('goes on though it is heard no more', async () => {
    const done = join(folder, 'done');
    await launching(`echo ready; trap '' PIPE; sleep 0.2; echo more; echo more; : > ${done}`);
    await expect.poll(() => existsSync(done)).toBe(true);
  });

  test.each([
    ['ends before it is ready', 'exit 3', 10_000, 'it ended at once (3)'],
    ['is silent', 'exec sleep 60', 300, 'it said nothing in time'],
  ])('fails where the program %s', async (_, script, timeoutMs, why) => {
    await expect(launching(script, timeoutMs)).rejects.toThrow(why);
  });

  test('fails where there is no such program', async () => {
    const argv = [absolutePath('/nonexistent/dockaudit')] as const;
    const started = host.launch({ kind: 'command', argv, timeoutMs: 1000 });
    await expect(started).rejects.toThrow("cannot start '/nonexistent/dockaudit': no such file");
  });
});
