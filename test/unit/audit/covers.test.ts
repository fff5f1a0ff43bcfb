/** What a table of rules records of one place. Source: measured facts, sections 2, 3, 5 and A. */

import { describe, expect, it } from 'vitest';
import { combine, covers } from '../../../src/audit/covers.ts';
import { indexRules } from '../../../src/audit/rule-index.ts';
import type { Lack } from '../../../src/audit/coverage.ts';
import { parseLine } from '../../../src/audit/parse.ts';
import type { Permission } from '../../../src/audit/rule.ts';
import type { PathFacts, World } from '../../../src/audit/world.ts';
import { absolutePath } from '../../../src/paths.ts';

const root = { device: '1', mount: absolutePath('/') } as const;
const file = (place: string): PathFacts => ({ kind: 'file', place: absolutePath(place), ...root });
const directory = (place: string): PathFacts => ({
  kind: 'directory',
  place: absolutePath(place),
  ...root,
});
const absent = (place: string): PathFacts => ({ kind: 'absent', place: absolutePath(place) });

/** A merged /usr, a linked runc, and a mount of its own below /opt. */
const paths = new Map<string, PathFacts>([
  ['/usr/bin/dockerd', file('/usr/bin/dockerd')],
  ['/bin/dockerd', file('/usr/bin/dockerd')],
  ['/usr/bin/./dockerd', file('/usr/bin/dockerd')],
  ['/usr/bin/dockerd-rootless.sh', file('/usr/bin/dockerd-rootless.sh')],
  ['/usr/bin', directory('/usr/bin')],
  ['/usr/bin/', directory('/usr/bin')],
  [
    '/bin',
    {
      kind: 'symlink',
      place: absolutePath('/bin'),
      target: { kind: 'directory', place: absolutePath('/usr/bin') },
      ...root,
    },
  ],
  [
    '/bin/',
    {
      kind: 'symlink',
      place: absolutePath('/bin'),
      target: { kind: 'directory', place: absolutePath('/usr/bin') },
      ...root,
    },
  ],
  ['/usr', directory('/usr')],
  ['/', directory('/')],
  ['/opt', directory('/opt')],
  [
    '/opt/docker/dockerd',
    { ...file('/opt/docker/dockerd'), device: '2', mount: absolutePath('/opt/docker') },
  ],
  ['/etc', directory('/etc')],
  ['/etc/docker', directory('/etc/docker')],
  ['/etc/docker/certs.d', directory('/etc/docker/certs.d')],
  ['/etc/default/docker', absent('/etc/default/docker')],
  ['/none/docker', { kind: 'absent', place: undefined }],
]);
const world: World = {
  paths,
  users: new Map(),
  groups: new Map(),
  machine: 'x86_64',
  version: [3, 0, 9],
};

function judge(
  lines: readonly string[],
  place = '/usr/bin/dockerd',
  letters = 'wxa',
  on = world,
  recursive = false,
) {
  const permissions = (['r', 'w', 'x', 'a'] as const).filter((one): one is Permission =>
    letters.includes(one),
  );
  const table = lines.map((line, index) => parseLine(line, { kind: 'kernel', index: index + 1 }));
  for (const statement of table) expect(statement.kind, statement.text).toBe('rule');
  return covers({ place: absolutePath(place), permissions, recursive }, indexRules(table, on));
}

function wordsOf(lack: Lack): string {
  switch (lack.kind) {
    case 'permission':
      return `no ${lack.permissions.join('')}`;
    case 'architecture':
      return `no ${lack.architecture}`;
    case 'calls':
      return `no ${lack.permission} by ${lack.calls.join(',')}`;
    case 'subtree':
      return 'top alone';
    case 'narrowed':
      return `only ${lack.field}`;
    case 'silenced':
      return `silenced by ${lack.by.origin.kind === 'kernel' ? lack.by.origin.index : '?'}`;
    case 'target':
      return `no ${lack.path}`;
    case 'fragile':
    case 'boot':
      return lack.kind;
    default:
      return lack satisfies never;
  }
}

/** `covered`, or the kind with what lacks. */
function said(...args: Parameters<typeof judge>): string {
  const coverage = judge(...args);
  return coverage.kind === 'partial'
    ? `partial: ${coverage.lacks.map(wordsOf).join('; ')}`
    : coverage.kind;
}

const W = '-w /usr/bin/dockerd';

describe('a file is watched', () => {
  it.each<[situation: string, lines: readonly string[], expected: string]>([
    ['by nothing', [], 'absent'],
    ['as the book has it', [`${W} -k docker`], 'covered'],
    ['without a key', [W], 'covered'],
    ['with just what is required', [`${W} -p wxa`], 'covered'],
    [
      'in the syscall form of both interfaces',
      [
        '-a always,exit -F arch=b64 -S all -F path=/usr/bin/dockerd -F perm=wxa',
        '-a always,exit -F arch=b32 -S all -F path=/usr/bin/dockerd -F perm=wxa',
      ],
      'covered',
    ],
    [
      'in the old order of words',
      ['-a exit,always -S all -F path=/usr/bin/dockerd -F perm=wxa'],
      'covered',
    ],
    ['without any perm field', ['-a always,exit -S all -F path=/usr/bin/dockerd'], 'covered'],
    ['by another spelling of its parent', ['-w /bin/dockerd'], 'covered'],
    ['by a path with a dot', ['-w /usr/bin/./dockerd'], 'covered'],
    ['by permissions in two rules', [`${W} -p wa`, `${W} -p x`], 'covered'],
    ['for writing alone', [`${W} -p wa`], 'partial: no x'],
    ['for execution alone', [`${W} -p x`], 'partial: no wa'],
    ['for reading alone', [`${W} -p r`], 'partial: no wxa'],
    [
      'by two perm fields of one rule, which are ANDed',
      ['-a always,exit -S all -F path=/usr/bin/dockerd -F perm=wx -F perm=wa'],
      'partial: no xa',
    ],
    [
      'through the 64-bit interface',
      ['-a always,exit -F arch=b64 -S all -F path=/usr/bin/dockerd -F perm=wxa'],
      'partial: no b32',
    ],
    [
      'through the 32-bit interface',
      ['-a always,exit -F arch=b32 -S all -F path=/usr/bin/dockerd -F perm=wxa'],
      'partial: no b64',
    ],
    [
      'for people, not daemons',
      ['-a always,exit -S all -F path=/usr/bin/dockerd -F perm=wxa -F auid>=1000'],
      'partial: only auid>=1000',
    ],
    [
      'for what succeeded',
      ['-a always,exit -S all -F path=/usr/bin/dockerd -F success=1'],
      'partial: only success=1',
    ],
    [
      'for one user by -C',
      ['-a always,exit -S all -F path=/usr/bin/dockerd -C uid!=obj_uid'],
      'partial: only uid!=obj_uid',
    ],
    [
      'for people first, then for all',
      ['-a always,exit -S all -F path=/usr/bin/dockerd -F auid>=1000', W],
      'covered',
    ],
    ['in its longer neighbour', ['-w /usr/bin/dockerd-rootless.sh'], 'absent'],
    ['in the name of a key', ['-w /etc/docker -k /usr/bin/dockerd'], 'absent'],
    ['as the one who acts', ['-a always,exit -S all -F exe=/usr/bin/dockerd'], 'absent'],
    ['by a rule of another list', ['-a always,user -F auid=0'], 'absent'],
    ['by a rule whose parent is gone', ['-w /none/docker'], 'absent'],
    [
      'as dir=, which a package upgrade kills',
      ['-a always,exit -S all -F dir=/usr/bin/dockerd'],
      'partial: fragile',
    ],
    [
      'as dir=, and then by a watch that outlives the upgrade',
      ['-a always,exit -S all -F dir=/usr/bin/dockerd', W],
      'covered',
    ],
  ])('%s', (_, lines, expected) => {
    expect(said(lines)).toBe(expected);
  });
});

describe('a file is watched through a directory', () => {
  it.each<[situation: string, lines: readonly string[], expected: string]>([
    ['that holds it', ['-w /usr/bin -p wxa'], 'covered'],
    ['with a slash at the end', ['-w /usr/bin/ -p wxa'], 'covered'],
    ['far above it', ['-w /usr -p wxa'], 'covered'],
    ['at the root', ['-a always,exit -S all -F dir=/ -F perm=wxa'], 'covered'],
    ['by dir=', ['-a always,exit -S all -F dir=/usr/bin -F perm=wxa'], 'covered'],
    [
      'by path=, which is not recursive',
      ['-a always,exit -S all -F path=/usr/bin -F perm=wxa'],
      'absent',
    ],
    ['that is a link: -w does not follow it', ['-w /bin -p wxa'], 'absent'],
    [
      'that is a link: dir= follows it with a slash',
      ['-a always,exit -S all -F dir=/bin/ -F perm=wxa'],
      'covered',
    ],
    [
      'that is a link: dir= does not without',
      ['-a always,exit -S all -F dir=/bin -F perm=wxa'],
      'absent',
    ],
    ['beside it', ['-w /etc/docker -p wxa'], 'absent'],
  ])('%s', (_, lines, expected) => {
    expect(said(lines)).toBe(expected);
  });

  it('but not across a mount point', () => {
    expect(said(['-w /opt -p wxa'], '/opt/docker/dockerd')).toBe('absent');
    expect(said(['-w /opt/docker/dockerd -p wxa'], '/opt/docker/dockerd')).toBe('covered');
  });
});

describe('a watch is silenced', () => {
  it.each<[situation: string, lines: readonly string[], expected: string]>([
    ['by never,task', ['-a never,task', W], 'suppressed'],
    ['by never,task that stands behind it', [W, '-a never,task'], 'suppressed'],
    ['in part by never,task of some', ['-a never,task -F auid=1000', W], 'partial: silenced by 1'],
    [
      'by an earlier never on the path',
      ['-a never,exit -S all -F path=/usr/bin/dockerd', W],
      'suppressed',
    ],
    [
      'by an earlier never on a directory above',
      ['-a never,exit -S all -F dir=/usr', W],
      'suppressed',
    ],
    ['by an earlier never on everything', ['-a never,exit -S all', W], 'suppressed'],
    ['not by a never behind it', [W, '-a never,exit -S all -F path=/usr/bin/dockerd'], 'covered'],
    [
      'not by a never on reading',
      ['-a never,exit -S all -F path=/usr/bin/dockerd -F perm=r', W],
      'covered',
    ],
    [
      'in part by a never on writing',
      ['-a never,exit -S all -F path=/usr/bin/dockerd -F perm=w', W],
      'partial: silenced by 1',
    ],
    [
      'in part by a never for one user',
      ['-a never,exit -S all -F path=/usr/bin/dockerd -F auid=1000', W],
      'partial: silenced by 1',
    ],
    ['by an exclude of SYSCALL', [W, '-a always,exclude -F msgtype=SYSCALL'], 'suppressed'],
    ['by an exclude of its number', [W, '-a always,exclude -F msgtype=1300'], 'suppressed'],
    [
      'by an exclude of a range that holds it',
      [W, '-a always,exclude -F msgtype>=1300 -F msgtype<=1399'],
      'suppressed',
    ],
    [
      'by never,exclude, which acts the same',
      [W, '-a never,exclude -F msgtype=SYSCALL'],
      'suppressed',
    ],
    [
      'in part by an exclude for one user',
      [W, '-a always,exclude -F msgtype=SYSCALL -F auid=1000'],
      'partial: silenced by 2',
    ],
    [
      'not by an exclude of details',
      [W, '-a always,exclude -F msgtype=PATH', '-a always,exclude -F msgtype=CWD'],
      'covered',
    ],
    ['not by an exclude of another range', [W, '-a always,exclude -F msgtype>=1400'], 'covered'],
    ['not by a filesystem rule', [W, '-a never,filesystem -F fstype=debugfs'], 'covered'],
  ])('%s', (_, lines, expected) => {
    expect(said(lines)).toBe(expected);
  });

  it('alone, without any rule that would record', () => {
    expect(said(['-a never,exit -S all -F path=/usr/bin/dockerd'])).toBe('suppressed');
  });
});

const listing = (calls: string, perm: string) =>
  ['b64', 'b32'].map(
    (arch) => `-a always,exit -F arch=${arch} -S ${calls} -F path=/usr/bin/dockerd -F perm=${perm}`,
  );

describe('system calls that are listed', () => {
  it.each<[situation: string, lines: readonly string[], letters: string, expected: string]>([
    ['execve alone records executions', listing('execve', 'x'), 'x', 'covered'],
    ['open and openat record reads', listing('open,openat', 'r'), 'r', 'covered'],
    ['execve alone records no write', listing('execve', 'wx'), 'wx', 'partial: no w'],
    [
      'chmod without the others is not every change of attributes',
      listing('chmod', 'a'),
      'a',
      'partial: no a by fchmod,fchmodat,chown,fchown,lchown,fchownat,setxattr,lsetxattr,fsetxattr',
    ],
  ])('%s', (_, lines, letters, expected) => {
    expect(said(lines, '/usr/bin/dockerd', letters)).toBe(expected);
  });

  it('as audit 4.0.2 lists perm=w', () => {
    const listed =
      'open,bind,truncate,ftruncate,rename,mkdir,rmdir,creat,link,unlink,symlink,mknod,quotactl,acct,swapon,' +
      'openat,mkdirat,mknodat,unlinkat,renameat,linkat,symlinkat,fallocate,renameat2,openat2';
    expect(said(listing(listed, 'w'), '/usr/bin/dockerd', 'w')).toBe('covered');
  });
});

const calls = (...lists: readonly string[]) =>
  lists.flatMap((list) =>
    ['b64', 'b32'].map(
      (arch) => `-a always,exit -F arch=${arch} -S ${list} -F path=/usr/bin/dockerd`,
    ),
  );

describe('system calls of several rules', () => {
  const OPENS = 'open,openat,creat,truncate';
  const NAMES = 'rename,renameat,renameat2,unlink,unlinkat,link,linkat';

  it.each<[situation: string, lines: readonly string[], letters: string, expected: string]>([
    ['add up', calls(OPENS, NAMES), 'w', 'covered'],
    ['leave out what none of them hears', calls(OPENS), 'w', `partial: no w by ${NAMES}`],
    ['leave nothing to those that hear none of it', calls('chmod'), 'w', 'partial: no w'],
    [
      'silence what an earlier never hears',
      ['-a never,exit -F arch=b64 -S unlink -F path=/usr/bin/dockerd', W],
      'w',
      'partial: silenced by 1',
    ],
    [
      'are numbers: without an arch they are those of the native interface alone',
      ['-a always,exit -S execve -F path=/usr/bin/dockerd'],
      'x',
      'partial: no b32',
    ],
    [
      'that say never silence what their numbers mean',
      ['-a never,exit -S execve -F path=/usr/bin/dockerd', W],
      'x',
      'partial: silenced by 1',
    ],
    [
      'count for all files only if they record all of it',
      [
        '-a always,exit -F arch=b64 -S unlink,rename',
        '-a always,exit -F arch=b32 -S unlink,rename',
      ],
      'w',
      'absent',
    ],
  ])('%s', (_, lines, letters, expected) => {
    expect(said(lines, '/usr/bin/dockerd', letters)).toBe(expected);
  });
});

describe('a directory and all below it', () => {
  it.each<[situation: string, lines: readonly string[], expected: string]>([
    ['is watched by a tree rule', ['-w /etc/docker -p wa'], 'covered'],
    ['is watched by a tree above it', ['-a always,exit -F dir=/etc -F perm=wa'], 'covered'],
    [
      'is watched at the top alone by path=',
      ['-a always,exit -F path=/etc/docker -F perm=wa'],
      'partial: top alone',
    ],
    [
      'is watched in part where a never rule stands before, for something below',
      ['-a never,exit -F dir=/etc/docker/certs.d', '-w /etc/docker -p wa'],
      'partial: silenced by 1',
    ],
    [
      'is watched where the never rule comes after',
      ['-w /etc/docker -p wa', '-a never,exit -F dir=/etc/docker/certs.d'],
      'covered',
    ],
    [
      'is silenced at the top alone by a never rule with path=',
      ['-a never,exit -F path=/etc/docker', '-w /etc/docker -p wa'],
      'partial: silenced by 1',
    ],
  ])('%s', (_, lines, expected) => {
    expect(said(lines, '/etc/docker', 'wa', world, true)).toBe(expected);
  });
});

/** Tried on Linux 6.18: a rename onto the file and its removal left no record, a write did. */
describe('a never rule on the directory that holds the file', () => {
  it.each<[situation: string, lines: readonly string[], letters: string, expected: string]>([
    [
      'silences its replacement and removal',
      ['-a never,exit -F path=/usr/bin -F perm=wa', W],
      'wxa',
      'partial: silenced by 1',
    ],
    ['silences no start of it', ['-a never,exit -F path=/usr/bin', W], 'x', 'covered'],
    ['silences nothing if it comes later', [W, '-a never,exit -F path=/usr/bin'], 'wxa', 'covered'],
    [
      'silences nothing if it is about reading',
      ['-a never,exit -F path=/usr/bin -F perm=r', W],
      'wxa',
      'covered',
    ],
  ])('%s', (_, lines, letters, expected) => {
    expect(said(lines, '/usr/bin/dockerd', letters)).toBe(expected);
  });
});

/** Tried on Linux 6.18: after a replacement only the rules of one spelling recorded. */
describe('two spellings of one file', () => {
  it.each<[situation: string, lines: readonly string[], expected: string]>([
    ['do no harm where each records all', [W, '-w /bin/dockerd'], 'covered'],
    [
      'are fragile where they only add up',
      [`${W} -p wa`, '-w /bin/dockerd -p x'],
      'partial: fragile',
    ],
    [
      'are fragile where one of them is not enough',
      [W, '-w /bin/dockerd -p x'],
      'partial: fragile',
    ],
    [
      'do no harm where a tree records all as well',
      [`${W} -p wa`, '-w /bin/dockerd -p x', '-w /usr/bin'],
      'covered',
    ],
  ])('%s', (_, lines, expected) => {
    expect(said(lines)).toBe(expected);
  });
});

describe('elsewhere', () => {
  it('a machine without 32-bit calls needs one interface', () => {
    const line = '-a always,exit -F arch=b64 -S all -F path=/usr/bin/dockerd -F perm=wxa';
    expect(said([line], '/usr/bin/dockerd', 'wxa', { ...world, machine: 'riscv64' })).toBe(
      'covered',
    );
    expect(said([line], '/usr/bin/dockerd', 'wxa', { ...world, machine: 'aarch64' })).toMatch(
      /^partial/,
    );
  });

  it('a place that is not there yet is watched by its name', () => {
    expect(said(['-w /etc/default/docker -p wa'], '/etc/default/docker', 'wa')).toBe('covered');
  });
});

describe('several places', () => {
  const covered = judge([W]);
  const part = (place: string, coverage: ReturnType<typeof judge>) => ({
    place: absolutePath(place),
    coverage,
  });

  it.each<[situation: string, second: ReturnType<typeof judge>, expected: string]>([
    ['are covered if all are', covered, 'covered'],
    ['are partly so if one is not', { kind: 'absent' }, 'partial'],
    ['are partly so if one is in part', judge([`${W} -p wa`]), 'partial'],
    ['are silenced if one is', judge(['-a never,task', W]), 'suppressed'],
  ])('%s', (_, second, expected) => {
    expect(combine([part('/usr/bin/dockerd', covered), part('/usr/bin/runc', second)]).kind).toBe(
      expected,
    );
  });

  it('are absent only if all are', () => {
    const both = combine([part('/a', { kind: 'absent' }), part('/b', { kind: 'absent' })]);
    expect(both).toEqual({ kind: 'absent' });
  });

  it('name the one that is not watched', () => {
    const both = combine([part('/a', covered), part('/b', { kind: 'absent' })]);
    expect(both.kind === 'partial' && both.lacks.map(wordsOf)).toEqual(['no /b']);
  });
});
