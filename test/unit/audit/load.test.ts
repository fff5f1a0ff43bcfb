/** What a load leaves in the kernel, one situation each. */

import { describe, expect, it } from 'vitest';
import {
  EMPTY_KERNEL,
  listTable,
  load,
  run,
  type KernelState,
  type RunOutcome,
} from '../../../src/audit/load.ts';
import { parseListing } from '../../../src/audit/listing.ts';
import { parseArguments, parseRules } from '../../../src/audit/parse.ts';
import { inOwnNames } from '../../../src/audit/settle.ts';
import type { AuditVersion } from '../../../src/audit/world.ts';
import { absolutePath } from '../../../src/paths.ts';
import { corpusWorld } from '../../support/corpus.ts';

const FILE = absolutePath('/etc/audit/audit.rules');
const V309: AuditVersion = [3, 0, 9];

function loadText(text: string, version = V309, start?: KernelState) {
  const world = corpusWorld(version);
  const outcome = load(parseRules(text, FILE), world, start);
  return { ...outcome, listed: listTable(outcome.state, world) };
}

describe('a load', () => {
  it.each([
    ['-D keeps what follows', '-w /etc -k a\n-D\n-w /usr -k b\n', 0, ['-w /usr -p rwxa -k b']],
    [
      '-D -k takes a part of the key',
      '-w /etc -k abc\n-w /usr -k d\n-D -k b\n',
      0,
      ['-w /usr -p rwxa -k d'],
    ],
    [
      'a second -A stands first',
      '-w /etc\n-A always,exit -F path=/a -F perm=r\n-A always,exit -F path=/b -F perm=r\n',
      0,
      ['-w /b -p r', '-w /a -p r', '-w /etc -p rwxa'],
    ],
    [
      'lists have their own order',
      '-a never,exit -S all\n-a never,task\n',
      0,
      ['-a never,task', '-a never,exit -S all'],
    ],
    ['a rule twice', '-w /etc -k a\n-w /etc/ -k a\n-w /usr\n', 1, ['-w /etc -p rwxa -k a']],
    ['-i passes over errors from its line on', '-i\n-w a\n-w /usr\n', 0, ['-w /usr -p rwxa']],
    ['-c does too, but tells', '-c\n-w a\n-w /usr\n', 1, ['-w /usr -p rwxa']],
    ['-c wins over -i', '-c\n-i\n-w a\n-w /usr\n', 1, ['-w /usr -p rwxa']],
    ['a line empties the table, then fails', '-w /etc\n-D\r\n-w /usr\n', 1, ['No rules']],
    ['-W with other permissions', '-w /etc -p r\n-W /etc\n', 1, ['-w /etc -p r']],
    ['nothing after -e 2', '-w /etc\n-e 2\n-w /usr\n', 1, ['-w /etc -p rwxa']],
    ['a path that ends in dots', '-a always,exit -F path=/etc/.. -F perm=r\n', 1, ['No rules']],
    ['no user is -1', '-a always,exit -S open -F uid=-1\n', 1, ['No rules']],
    ['a later -c forgets the errors before it', '-c\n-w a\n-c\n-w /usr\n', 0, ['-w /usr -p rwxa']],
    ['-i does not forget', '-c\n-w a\n-i\n', 1, ['No rules']],
    [
      'a crash, which -i cannot pass over',
      '-w /etc\n-i\nx -l\n-w /usr\n',
      139,
      ['-w /etc -p rwxa'],
    ],
    ['what is refused before the crash', '-i\n-S nosuch -D\n-w /usr\n', 0, ['-w /usr -p rwxa']],
    ['a crash of -D', '-c\nx 1 -D\n-w /usr\n', 139, ['No rules']],
    ['a key as a field of nothing', '-a always,exit -F key!=k\n', 1, ['No rules']],
    [
      'a key as a field',
      '-a always,exit -S all -F key!=k\n',
      0,
      ['-a always,exit -S all -F key!=k'],
    ],
    [
      'a key on a list that has none',
      '-a always,exclude -F exe=/etc/passwd -k k\n',
      1,
      ['No rules'],
    ],
    ['-q of two places', '-q /etc,/usr\n-w /usr\n', 0, ['-w /usr -p rwxa']],
    ['-q of what is not there', '-q /etc,/nowhere\n-w /usr\n', 1, ['No rules']],
    ['-q of one place', '-q ,/etc\n-w /usr\n', 1, ['No rules']],
    ['a field without a list, before -t', '-F arch=b64 -t\n-w /usr\n', 0, ['-w /usr -p rwxa']],
    ['a field without a list', '-F arch=b64\n-w /usr\n', 1, ['No rules']],
    ['an unknown call on a line that sends none', '-S nosuch -i\n-w /usr\n', 1, ['No rules']],
    [
      'a key of nothing tells apart',
      '-w /etc -k \x01\n-w /etc\n',
      0,
      Array(2).fill('-w /etc -p rwxa'),
    ],
    ['what cannot come into /proc', '-w /proc/nothing\n', 1, ['No rules']],
    [
      'a class of calls',
      '-a always,exit -S 2039 -k k\n-a always,exit -S kill,tkill,tgkill -k k\n',
      1,
      ['-a always,exit -S kill,tkill,tgkill -F key=k'],
    ],
    ['a class that there is not', '-a always,exit -S 2032 -k k\n', 0, ['-a always,exit -F key=k']],
    ['a bit test of a user', '-a always,exit -S open -F uid&1\n', 1, ['No rules']],
  ])('%s', (_, text, exit, listed) => {
    const outcome = loadText(text);
    expect({ exit: outcome.exit, listed: outcome.listed }).toEqual({ exit, listed });
  });

  it('that stops names the line, the reason and what was not reached', () => {
    const { problems, unreached } = loadText('-w /etc\n# c\n-w /nowhere/x -k k\n-b 5\n-w /usr\n');
    expect(problems).toMatchObject([
      {
        statement: { origin: { kind: 'file', file: FILE, line: 3 } },
        reason: 'Error sending add rule data request (No such file or directory)',
        stops: true,
      },
    ]);
    expect(unreached.map(({ text }) => text)).toEqual(['-w /usr']);
  });

  it('sets the status', () => {
    const { state } = loadText('-b 8192\n-f 0\n-r 100\n--backlog_wait_time 7\n-e 0\n');
    expect(state.status).toMatchObject({
      enabled: 0,
      failure: 0,
      rateLimit: 100,
      backlogLimit: 8192,
      backlogWaitTime: 7,
    });
  });

  it.each([
    [V309, 0],
    [[3, 1, 2] as const, 1],
  ])('by %j on an immutable kernel changes nothing and exits with %i', (version, exit) => {
    const start = { ...EMPTY_KERNEL, status: { ...EMPTY_KERNEL.status, enabled: 2 as const } };
    const outcome = loadText('-D\n-w /etc\n', version, start);
    expect(outcome).toMatchObject({ exit, state: start, unreached: [{ text: '-w /etc' }] });
  });

  it('deletes by -A where audit has that bug', () => {
    const text = '-A always,exit -F path=/a -F perm=r\n';
    expect(loadText(text, [4, 0, 5]).problems).toMatchObject([
      { reason: 'Error sending delete rule data request (No such file or directory)' },
    ]);
  });
});

function act(state: KernelState, ...args: readonly string[]): RunOutcome {
  return run(parseArguments(args, { kind: 'argument' }), corpusWorld(V309), state);
}

describe('a single command', () => {
  it('adds a rule once', () => {
    const first = act(EMPTY_KERNEL, '-w', '/etc', '-k', 'k');
    const second = act(first.state, '-w', '/etc', '-k', 'k');
    expect([first.exit, second.exit]).toEqual([0, 255]);
    expect(second.stderr).toBe('Error sending add rule data request (Rule exists)\n');
    expect(act(second.state, '-W', '/etc', '-k', 'k').state.table).toEqual([]);
  });

  it('shows the table that -D leaves', () => {
    expect(act(EMPTY_KERNEL, '-D').stdout).toBe('No rules\n');
  });
});

describe('the listing', () => {
  it('names calls of a rule without arch by the arch before it', () => {
    const text = '-a always,exit -F arch=b32 -S open -k a\n-a always,exit -S openat -k b\n';
    expect(loadText(text).listed.at(-1)).toBe('-a always,exit -S remap_file_pages -F key=b');
  });

  it('is read back with each call under its own name', () => {
    const text =
      '-a always,exit -F arch=b32 -S open -k a\n-a always,exit -S openat,464 -k b\n-a always,exit -S all -k c\n';
    const { listed } = loadText(text);
    const listing = parseListing(listed.map((line) => `${line}\n`).join(''));
    const statements = listing.kind === 'known' ? listing.statements : [];
    const calls = inOwnNames(statements, corpusWorld(V309)).map((one) =>
      one.kind === 'rule' ? one.rule.syscalls : one.kind,
    );
    expect(calls).toEqual([['open'], ['openat', '464'], 'all']);
  });
});
