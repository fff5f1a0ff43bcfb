/** Large sets of rules as hosts have them: on paths alone, or with a share that names none. */

import { canonical } from '../../src/audit/canonical.ts';
import { EMPTY_KERNEL, listTable } from '../../src/audit/load.ts';
import { parseLine } from '../../src/audit/parse.ts';

/** Watches, privileged commands, refused opens. */
export function onPaths(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => pathRule(index));
}

/** Of `every` rules the last names no path; a few others are on trees. */
export function mixed(count: number, every: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    if (index % every === every - 1) return pathless(Math.floor(index / every));
    return index % 40 === 2 ? treeRule(index) : pathRule(index);
  });
}

/** The directory below `/etc/audit` that a rule watches with all below it, if it does. */
export function treeIn(line: string): string | undefined {
  return / dir=\/etc\/audit\/(\S+)/.exec(line)?.[1];
}

/** What auditctl 3.0.9 lists of `lines`. */
export function listingOf(lines: readonly string[]): readonly string[] {
  const world = {
    paths: new Map(),
    users: new Map(),
    groups: new Map(),
    machine: 'x86_64',
    version: [3, 0, 9],
  } as const;
  const table = lines.flatMap((line) => {
    const origin = { kind: 'argument' } as const;
    const statement = parseLine(line, origin);
    const sent = statement.kind === 'rule' ? canonical(statement.rule, world) : { reason: '' };
    if ('reason' in sent) throw new Error(`auditctl would refuse ${line}`);
    return [{ rule: sent.value, origin }];
  });
  return listTable({ ...EMPTY_KERNEL, table }, world);
}

function keyOf(index: number): string {
  return `key-${index % 49}`;
}

function pathRule(index: number): string {
  if (index % 2 === 0) return `-w /etc/watched-${index} -p wa -k ${keyOf(index)}`;
  if (index % 4 === 1)
    return `-a always,exit -F path=/usr/bin/program-${index} -F perm=x -F auid>=1000 -F auid!=unset -F key=${keyOf(index)}`;
  return `-a always,exit -F arch=b64 -S openat,open,truncate -F exit=-EACCES -F auid>=1000 -F path=/var/log/file-${index} -F key=${keyOf(index)}`;
}

function treeRule(index: number): string {
  return `-a always,exit -F dir=/etc/audit/tree-${index} -F perm=wa -F key=${keyOf(index)}`;
}

/** One user, one program, or all who logged in: each through some of hundreds of lists of calls. */
function pathless(index: number): string {
  const interest = [
    `-F uid=${1000 + index}`,
    `-F auid=${1000 + index}`,
    `-F exe=/usr/bin/agent-${index}`,
    `-F auid>=1000 -F auid!=unset`,
  ][index % 4];
  const calls = callsOf(index);
  return `-a always,exit -F arch=${index % 3 === 0 ? 'b32' : 'b64'} -S ${calls} ${interest} -k ${keyOf(index)}`;
}

const CALLS =
  'open openat creat truncate ftruncate rename renameat unlink unlinkat chmod fchmod fchmodat chown fchown setxattr removexattr mount umount2 ptrace kill connect accept4 sethostname setdomainname adjtimex settimeofday init_module delete_module execve mknod'.split(
    ' ',
  );

/** One of 450 lists of one to fifteen calls. */
function callsOf(index: number): string {
  const start = index % CALLS.length;
  const length = 1 + (Math.floor(index / CALLS.length) % 15);
  return [...CALLS, ...CALLS].slice(start, start + length).join(',');
}
