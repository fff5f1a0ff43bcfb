/** One run of dockaudit as strace(1) saw it: what it opened, wrote, ran, and spoke to. */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BIN } from './cli.ts';

export interface Seen {
  readonly status: number;
  readonly stderr: string;
  /** Files that dockaudit itself opened for reading. */
  readonly read: readonly string[];
  /** What dockaudit itself, and what its children, made, wrote, renamed or removed. */
  readonly written: readonly string[];
  readonly writtenByChildren: readonly string[];
  /** Programs that dockaudit itself started. */
  readonly started: readonly {
    readonly argv: readonly string[];
    readonly env: readonly string[];
  }[];
  /** Of each socket that anybody made: its program and its family, such as `auditctl AF_NETLINK`. */
  readonly sockets: readonly string[];
}

const CALLS =
  'trace=openat,mkdir,rename,renameat2,link,unlink,unlinkat,symlink,mknod,execve,fork,vfork,clone,clone3,socket';
const LATEST_MS = 100_000;

/** @throws Error if it does not come to its end */
export async function watchCalls(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Seen> {
  const folder = mkdtempSync(join(tmpdir(), 'dockaudit-calls-'));
  const [log, ended, said] = ['log', 'ended', 'stderr'].map((name) => join(folder, name));
  const script = '"$@" >/dev/null 2>"$SAID"; echo $? >"$ENDED"';
  // -I 2: it heeds a signal, and lets go of the auditd that a restart leaves behind.
  const options = ['-I', '2', '-f', '-qq', '-v', '-s', '4096', '-e', CALLS, '-o', log ?? ''];
  const program = ['/bin/sh', '-c', script, 'sh', process.execPath, BIN, ...args];
  const strace = spawn('/usr/bin/strace', [...options, ...program], {
    env: { ...env, ENDED: ended ?? '', SAID: said ?? '' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const gone = new Promise((resolve) => strace.once('close', resolve));
  try {
    for (let waited = 0; !existsSync(ended ?? '') || textOf(ended) === ''; waited += 50) {
      if (waited > LATEST_MS) throw new Error('the run did not end');
      await sleep(50);
    }
    strace.kill('SIGTERM');
    await gone;
    const status = Number(textOf(ended));
    return { status, stderr: textOf(said), ...readLog(textOf(log)) };
  } finally {
    strace.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

function textOf(path = ''): string {
  return readFileSync(path, 'utf8');
}

interface Call {
  readonly pid: string;
  /** Whole, with what it returned. */
  readonly text: string;
}

/** In the order of their ends. A call that others came in between is put together again. */
function callsOf(log: string): readonly Call[] {
  const begun = new Map<string, string>();
  return log.split('\n').flatMap((line) => {
    const [, pid = '', said = ''] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    const [, beginning] = /^(.*) <unfinished \.\.\.>$/.exec(said) ?? [];
    if (beginning !== undefined) {
      begun.set(pid, beginning);
      return [];
    }
    const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(said) ?? [];
    return [{ pid, text: rest === undefined ? said : `${begun.get(pid) ?? ''}${rest}` }];
  });
}

/** Of each thread its process, and of each process its parent. */
function familyOf(calls: readonly Call[]) {
  const leaders = new Map<string, string>();
  const parents = new Map<string, string>();
  const leaderOf = (pid: string): string => leaders.get(pid) ?? pid;
  for (const { pid, text } of calls) {
    const [, call = '', child] = /^(\w+)\(.*\) = (\d+)$/.exec(text) ?? [];
    if (child === undefined || !/^(?:v?fork|clone3?)$/.test(call)) continue;
    if (text.includes('CLONE_THREAD')) leaders.set(child, leaderOf(pid));
    else parents.set(child, leaderOf(pid));
  }
  return { leaderOf, parentOf: (pid: string): string => parents.get(leaderOf(pid)) ?? '' };
}

function readLog(log: string): Omit<Seen, 'status' | 'stderr'> {
  const calls = callsOf(log);
  const { leaderOf, parentOf } = familyOf(calls);
  const programs = new Map<string, string>();
  const [read, written, byChildren, sockets] = [
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
    new Set<string>(),
  ];
  const started: Seen['started'][number][] = [];
  const shell = calls[0]?.pid;
  /** Its own, or that of whoever it was forked from, as daemons are. */
  const programOf = (pid: string): string =>
    pid === '' ? '' : (programs.get(leaderOf(pid)) ?? programOf(parentOf(pid)));
  for (const { pid, text } of calls) {
    const us = programs.get(leaderOf(pid)) === process.execPath;
    const [, call = ''] = /^(\w+)\(/.exec(text) ?? [];
    const [first = '', ...more] = stringsOf(text);
    // Signals and ends are told between the calls; the shell is ours.
    if (call === '' || text.includes(' = -1 ') || pid === shell) continue;
    if (call === 'execve') {
      const isOurs = programs.get(parentOf(pid)) === process.execPath;
      if (isOurs && !programs.has(leaderOf(pid))) started.push(startOf(text));
      programs.set(leaderOf(pid), first);
    } else if (call === 'socket') {
      const [, family = ''] = /^socket\((\w+, [^)]*)\)/.exec(text) ?? [];
      sockets.add(`${us ? 'dockaudit' : programOf(pid)} ${family}`);
    } else if (call === 'openat' && !/O_CREAT|O_WRONLY|O_RDWR/.test(text)) {
      if (us) read.add(first);
    } else if (!/fork|clone/.test(call)) {
      for (const path of [first, ...more]) (us ? written : byChildren).add(path);
    }
  }
  return {
    read: [...read],
    written: [...written],
    writtenByChildren: [...byChildren],
    started,
    sockets: [...sockets],
  };
}

/** All that stands in quotes, in its order. */
function stringsOf(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, string = '']) => string);
}

function startOf(text: string): Seen['started'][number] {
  const [, argv = '', env = ''] = /^execve\("[^"]*", \[(.*?)\], \[(.*)\]\)/.exec(text) ?? [];
  return { argv: stringsOf(argv), env: stringsOf(env) };
}
