/**
 * What conditions, foreign architectures and the lists beside `exit` make of a table. Each row was
 * loaded into Linux 6.18 (audit 3.0.9, x86_64), and eight accesses to the file were then looked for.
 */

import { describe, expect, it } from 'vitest';
import { covers } from '../../../src/audit/covers.ts';
import { parseLine } from '../../../src/audit/parse.ts';
import { indexRules } from '../../../src/audit/rule-index.ts';
import type { World } from '../../../src/audit/world.ts';
import { absolutePath } from '../../../src/paths.ts';

const FILE = absolutePath('/usr/bin/dockerd');
const world: World = {
  paths: new Map([[FILE, { kind: 'file', place: FILE, device: '1', mount: absolutePath('/') }]]),
  users: new Map(),
  groups: new Map(),
  machine: 'x86_64',
  version: [3, 0, 9],
};

/** `ALL` watches the file whole; `IT` begins a rule that may. */
function judged(table: string, machine = world.machine): string {
  const lines = table
    .replaceAll(/\bALL\b/g, `-w ${FILE} -p rwxa`)
    .replaceAll('IT', `exit -F path=${FILE} -F perm=rwxa`)
    .split('; ');
  const statements = lines.map((line, at) => parseLine(line, { kind: 'kernel', index: at + 1 }));
  for (const { kind, text } of statements) expect(kind, text).toBe('rule');
  const index = indexRules(statements, { ...world, machine });
  return covers({ place: FILE, permissions: ['r', 'w', 'x', 'a'] }, index).kind;
}

describe('conditions that every event meets', () => {
  it.each([
    'auid>=0',
    'uid>=0',
    'gid>=0',
    'egid>=0',
    'pid>0',
    'ppid>=0',
    'exit>=0',
    'sessionid>=0',
    'pers>=0',
    'a1>=0',
    'devmajor>=0',
    'obj_uid>=0',
    'uid<=4294967294',
  ])('%s narrows nothing', (field) => {
    expect(judged(`-a always,IT -F ${field}`)).toBe('covered');
    expect(judged(`-a never,IT -F ${field}; ALL`)).toBe('suppressed');
  });

  it.each(['auid>0', 'uid!=0', 'auid!=unset', 'exit!=0', 'pid>1', 'gid=0', 'uid<=4294967293'])(
    '%s does',
    (field) => {
      expect(judged(`-a always,IT -F ${field}`)).toBe('partial');
      expect(judged(`-a never,IT -F ${field}; ALL`)).toBe('partial');
    },
  );
});

describe('conditions that no event meets together', () => {
  it.each([
    '-F uid=0 -F uid=1000',
    '-F success>0',
    '-F success!=0 -F success!=1',
    '-F auid<1000 -F auid=unset',
    '-C uid=euid -C uid!=euid',
  ])('%s: the rule does nothing', (fields) => {
    expect(judged(`-a always,IT ${fields}`)).toBe('absent');
    expect(judged(`-a never,IT ${fields}; ALL`)).toBe('covered');
  });

  it('a process has several groups, so two may both be asked for', () => {
    expect(judged('-a always,IT -F gid=0 -F gid=1000')).toBe('partial');
  });
});

describe('rules that only together leave nothing out', () => {
  it.each([
    ['-F success=1', '-F success=0'],
    ['-F auid>=1000', '-F auid<1000'],
    ['-F exe=/usr/bin/dpkg', '-F exe!=/usr/bin/dpkg'],
    ['-C uid=obj_uid', '-C uid!=obj_uid'],
    ['-F gid=0', '-F gid!=0'],
  ])('%s and %s', (one, other) => {
    expect(judged(`-a always,IT ${one}; -a always,IT ${other}`)).toBe('covered');
    expect(judged(`-a never,IT ${one}; -a never,IT ${other}; ALL`)).toBe('suppressed');
    expect(judged(`-a always,IT ${one}; -a always,IT ${one}`)).toBe('partial');
  });

  it('three of them', () => {
    const three = ['-F auid!=1000 -F auid!=unset', '-F auid=1000', '-F auid=-1'];
    expect(judged(three.map((fields) => `-a always,IT ${fields}`).join('; '))).toBe('covered');
  });

  it('a never rule takes all that the next one asks for', () => {
    expect(judged('-a never,IT -F auid=0; -a always,IT -F auid=0')).toBe('suppressed');
    expect(judged('-a never,IT -F auid=unset; -a always,IT -F auid!=unset')).toBe('partial');
  });
});

describe('architectures', () => {
  it.each([
    ['-a always,exit -F arch=aarch64 -F path=/usr/bin/dockerd -F perm=rwxa', 'absent'],
    ['-a always,exit -F arch=b64 -F path=/usr/bin/dockerd -F perm=rwxa', 'partial'],
    ['-a always,exit -F arch=3221225534 -F path=/usr/bin/dockerd -F perm=rwxa', 'partial'],
    ['-a always,exit -F arch!=aarch64 -F path=/usr/bin/dockerd -F perm=rwxa', 'covered'],
    ['-a never,exit -F arch=ppc64le -F path=/usr/bin/dockerd -F perm=rwxa; ALL', 'covered'],
    ['-a never,exit -F arch!=aarch64 -F path=/usr/bin/dockerd -F perm=rwxa; ALL', 'suppressed'],
    ['-a never,exit -F arch=b64 -F arch=b32; ALL', 'covered'],
    ['-a never,exit -F arch=b64; -a never,exit -F arch=b32; ALL', 'suppressed'],
  ])('%s: %s', (table, kind) => {
    expect(judged(table)).toBe(kind);
  });
});

const REST = `-F path=${FILE} -F perm=rwxa`;

it.each(['i686', 'armv7l'])('%s has the 32-bit interface alone', (machine) => {
  expect(judged(`-a always,exit -F arch=b32 ${REST}`, machine)).toBe('covered');
  expect(judged(`-a always,exit -F arch=b64 ${REST}`, machine)).toBe('absent');
});

describe('the lists beside exit', () => {
  it.each([
    // Without fields no record is matched.
    ['-a always,exclude; ALL', 'covered'],
    ['-a always,exclude -F uid>=0; ALL', 'suppressed'],
    ['-a always,exclude -F msgtype=SYSCALL -F auid>=0; ALL', 'suppressed'],
    ['-a always,exclude -F uid=0 -F uid=1; ALL', 'covered'],
    ['-a always,exclude -F exe=/usr/bin/perl; ALL', 'partial'],
    ['-a never,task -F uid>=0; ALL', 'suppressed'],
    ['-a never,task -F uid=0 -F uid=1; ALL', 'covered'],
    // The first rule that matches a task decides it.
    ['-a always,task; -a never,task; ALL', 'covered'],
    ['-a always,task -F uid=0; -a never,task; ALL', 'partial'],
    ['-a never,task; -a always,task; ALL', 'suppressed'],
    // The kernel then learns no path, and no rule with a path matches.
    ['-a never,filesystem -F fstype!=tracefs; ALL', 'suppressed'],
    ['-a never,filesystem -F fstype!=tracefs; -a always,exit -S all', 'covered'],
    ['-a never,filesystem -F fstype=61267; ALL', 'partial'],
    ['-a never,filesystem -F fstype=tracefs; ALL', 'covered'],
    ['-a always,filesystem -F fstype=61267; ALL', 'covered'],
    ['-a never,filesystem; ALL', 'covered'],
  ])('%s: %s', (table, kind) => {
    expect(judged(table)).toBe(kind);
  });
});

it('an entry that is itself a mount point is not what is watched', () => {
  const paths = new Map([[FILE, { kind: 'file', place: FILE, device: '2', mount: FILE } as const]]);
  const statement = parseLine(`-w ${FILE} -p rwxa`, { kind: 'kernel', index: 1 });
  const index = indexRules([statement], { ...world, paths });
  expect(covers({ place: FILE, permissions: ['w'] }, index).kind).toBe('absent');
});
