/**
 * dockaudit's main thread under strace: what it asks of the kernel, and the same run with a fault.
 * All its work on files is synchronous, so it is this thread's; its children are not traced.
 */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decode } from '../../src/text.ts';
import { BIN } from './cli.ts';
import type { Said } from './hosts.ts';

const STRACE = '/usr/bin/strace';

/** dockaudit under strace begins so: what is the n-th call once is so again. */
export const STEADY = [
  process.execPath,
  '--import',
  new URL('few-processes.mjs', import.meta.url).href,
  BIN,
];

/** Of a run under strace, whose own commands have a minute each. */
const LIMIT_MS = 120_000;

/** Each call that opens, changes or closes a file, and those that begin and end a child. */
const FILES =
  'openat,write,pwrite64,writev,fsync,fdatasync,ftruncate,rename,renameat,renameat2,link,linkat,' +
  'symlink,symlinkat,unlink,unlinkat,mkdir,mkdirat,rmdir,chmod,fchmod,fchmodat,chown,fchown,' +
  'lchown,fchownat,utimensat,copy_file_range,sendfile,setxattr,fsetxattr,lsetxattr,removexattr,' +
  'close';
const CHILDREN = 'fork,vfork,clone,clone3,wait4';

/** One call, as it can be told again in another run. */
export interface Call {
  readonly name: string;
  /** Among the calls of that name, from 1: `when=` of strace. */
  readonly nth: number;
  /** What it is about, without what differs from run to run. */
  readonly about: string;
  /** Whether a file may be other than before, once it is done. */
  readonly changes: boolean;
  /** Commands of dockaudit that had been begun before it. */
  readonly commands: number;
}

/** A signal instead of the call, or an errno as its answer; `onwards` from that call on. */
export type Fault =
  | { readonly kind: 'kill' }
  | { readonly kind: 'errno'; readonly errno: string; readonly onwards: boolean };

/** How a run ended, and what its main thread did. */
export interface Traced extends Said {
  readonly calls: readonly Call[];
  /** The call that the fault met. */
  readonly met: Call | undefined;
}

/** @throws Error if strace is missing */
export function requireStrace(): void {
  if (!existsSync(STRACE)) throw new Error(`${STRACE} is missing: apt-get install strace`);
}

/** Runs `argv` to its end. */
export function recorded(argv: readonly string[]): Promise<Traced> {
  return traced(argv, [`--trace=${FILES},${CHILDREN}`]);
}

/** Runs `argv` with a fault at the `nth` call of `name`. */
export function faulted(
  argv: readonly string[],
  fault: Fault,
  { name, nth }: Pick<Call, 'name' | 'nth'>,
): Promise<Traced> {
  const [what, when] =
    fault.kind === 'kill'
      ? ['signal=SIGKILL', `${nth}`]
      : [`error=${fault.errno}`, `${nth}${fault.onwards ? '+' : ''}`];
  // openat and the forks tell where in the run it is, rename how far the journal is.
  const seen = new Set([name, 'openat', 'rename', ...CHILDREN.split(',')]);
  return traced(argv, [`--trace=${[...seen].join(',')}`, `--inject=${name}:${what}:when=${when}`]);
}

async function traced(argv: readonly string[], options: readonly string[]): Promise<Traced> {
  const folder = mkdtempSync(join(tmpdir(), 'strace-'));
  const log = join(folder, 'log');
  try {
    // -y: descriptors with their paths; -s 0: no contents.
    const said = await ends([STRACE, '-y', '-s', '0', '-o', log, ...options, ...argv]);
    const text = decode(readFileSync(log));
    const calls = readCalls(text);
    return { ...said, ...calls };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ends([program = '', ...args]: readonly string[]): Promise<Said> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' },
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
  const limit = setTimeout(() => endTraced(child.pid ?? 0), LIMIT_MS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    // Of a child that a killed run leaves behind nobody waits for the pipes.
    child.on('exit', (status) =>
      setTimeout(() => {
        clearTimeout(limit);
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({
          status: status ?? -1,
          stdout: decode(Buffer.concat(out)),
          stderr: decode(Buffer.concat(err)),
        });
      }, 10),
    );
  });
}

/** strace alone would leave it running. Source: proc(5), children. */
function endTraced(strace: number): void {
  const children = readFileSync(`/proc/${strace}/task/${strace}/children`, 'utf8').trim();
  for (const pid of children.split(' ').filter((text) => text !== ''))
    process.kill(Number(pid), 'SIGKILL');
}

/** Where a command of dockaudit stands: the call that comes next in its life. */
const LIFE: Readonly<Record<string, { readonly call: RegExp; readonly is: string }>> = {
  ready: { call: /^(?:v?fork|clone3?)$/, is: 'begins' },
  // Ours of the pipe on which a new process tells whether it could be started.
  begins: { call: /^close$/, is: 'has begun' },
  'has begun': { call: /^wait4$/, is: 'has ended' },
};

/** Source of the format: strace(1), 6.1. */
function readCalls(log: string): Pick<Traced, 'calls' | 'met'> {
  const counts = new Map<string, number>();
  const held = new Map<string, string>();
  const calls: Call[] = [];
  let met: Call | undefined;
  let outputs = 0;
  let stage = 'none';
  for (const line of log.split('\n')) {
    const [, name, told = ''] = /^(\w+)\((.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const rest = told.replace(/"\/proc\/self\/fd\/(\d+)/g, (at, fd) => `"${held.get(fd) ?? at}`);
    // Of a tree that is not trusted each file is reached by a descriptor: src/host/anchor.ts.
    const [, fd, path] = /\)\s+= (\d+)<(\/[^>]*)>$/.exec(told) ?? [];
    if (name === 'openat' && fd !== undefined && path !== undefined) held.set(fd, path);
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    if (rest.includes('CLONE_THREAD')) continue;
    const commands = Math.ceil(outputs / 2);
    const next = LIFE[stage];
    const isLife = next?.call.test(name) === true;
    if (isLife) stage = next.is;
    // A command's two outputs are opened right before it: src/host/command.ts.
    const isOutput = name === 'openat' && rest.includes('.out", O_RDWR');
    if (isOutput && (outputs += 1) % 2 === 0) stage = 'ready';
    const about = isLife ? `command ${commands} ${stage}` : aboutOf(rest);
    const call = { name, nth, about, changes: isLife || isChange(name, rest), commands };
    calls.push(call);
    if (line.endsWith('(INJECTED)')) met ??= call;
    // Killed on its way into the call, it is the last one, and has no answer.
    if (/\)\s+= \?$/.test(line) && name !== 'exit_group') met ??= call;
  }
  return { calls, met };
}

function aboutOf(rest: string): string {
  return rest
    .replace(/\)\s+= .*$/, '')
    .replace(/\.dockaudit-\d+-\d+-(\d+)\./g, '.dockaudit-$1.')
    .replace(/\d{8}T\d{6}Z-[0-9a-f]{4}/g, 'ID')
    .replace(/(pipe|socket|anon_inode):\[[^\]]*\]/g, '$1')
    .replace(/\b\d+</g, '<')
    .replace(/, \[[^\]]*\]|\{[^}]*\}/g, '')
    .replace(/"[^"]*"\.\.\.(, \d+)?/g, '…')
    .replace(/^(?:\d+, |child_stack|<\/).*(?:WNOHANG|WIFEXITED|SIGCHLD).*/, 'a query');
}

function isChange(name: string, rest: string): boolean {
  if (name === 'openat') return /O_CREAT|O_WRONLY|O_RDWR|O_TRUNC/.test(rest);
  // Of a temporary file, which alone is written to.
  if (name === 'close') return /\.dockaudit-[^>]*>/.test(rest);
  return (
    !CHILDREN.split(',').includes(name) && !/^<(?:pipe|anon_inode|socket|\/dev)/.test(aboutOf(rest))
  );
}
