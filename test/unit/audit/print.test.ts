/** Rules as text: for files, for auditctl, and as auditctl lists them. */

import { describe, expect, it } from 'vitest';
import { canonical } from '../../../src/audit/canonical.ts';
import { listRule, parseListing } from '../../../src/audit/listing.ts';
import { parseLine } from '../../../src/audit/parse.ts';
import { argumentsOf, asHeld, deleteArgumentsOf, printRule } from '../../../src/audit/print.ts';
import type { Rule } from '../../../src/audit/rule.ts';
import { settle } from '../../../src/audit/settle.ts';
import type { AuditVersion } from '../../../src/audit/world.ts';
import { corpusWorld } from '../../support/corpus.ts';

function ruleOf(text: string): Rule {
  const statement = parseLine(text, { kind: 'argument' });
  if (statement.kind !== 'rule') throw new Error(`no rule: ${text}`);
  return statement.rule;
}

describe('a rule', () => {
  it.each([
    ['-w /a\\ b -p wa -k k\\ l', ['-w', '/a b', '-p', 'wa', '-k', 'k l']],
    ['-w /a\\\\b -F auid>=1000', ['-w', '/a\\b', '-F', 'auid>=1000']],
  ])('is escaped in files only: %s', (text, words) => {
    expect(argumentsOf(ruleOf(text))).toEqual(words);
    expect(printRule(ruleOf(text))).toBe(text);
  });

  /** Without them: `Key field needs a watch, syscall or exe path given prior to it`, audit 3.0.9. */
  it.each([
    '-a always,exit -S all -F success=1 -F key=k',
    '-a never,exit -F arch=b64 -S all -F auid=1000 -F key=k',
  ])('names all calls where a key could not stand without them: %s', (text) => {
    expect(printRule(ruleOf(text))).toBe(text);
    const { syscalls: _named, ...rest } = ruleOf(text);
    expect(printRule({ ...rest, syscalls: 'all' })).toBe(text);
  });

  it.each([
    ['-w /a -p wa -k k', ['-W', '/a', '-p', 'wa', '-k', 'k']],
    ['-a always,exit -F path=/a -F perm=x', ['-d', 'always,exit', '-F', 'path=/a', '-F', 'perm=x']],
  ])('%s is removed by its own words', (text, expected) => {
    expect(deleteArgumentsOf(ruleOf(text))).toEqual(expected);
  });

  it('is written as short as the benchmark writes it', () => {
    const full = '-w /usr/bin/dockerd -p rwxa -k docker';
    expect(printRule(ruleOf(full))).toBe('-w /usr/bin/dockerd -k docker');
  });
});

describe('a loaded rule', () => {
  const V3: AuditVersion = [3, 0, 9];
  const V4: AuditVersion = [4, 0, 2];

  it.each([
    ['-a never,exit -F path=/a -F perm=rwxa -k k', V3, '-w /a -p rwxa -k k'],
    ['-a always,exit -F perm=wa -F path=/a -k k', V3, ' -p wa-w /a -k k'],
    ['-a always,exit -F path=/a -k k', V3, '-a always,exit -S all -F path=/a -F key=k'],
    ['-a always,exit -F exe!=/a -S open -k k', V3, '-a always,exit -S open -F exe=/a -F key=k'],
    ['-a always,exit -F exe!=/a -S open -k k', V4, '-a always,exit -S open -F exe!=/a -F key=k'],
    ['-a never,user -F auid=unset', V3, '-a never,user -F auid=-1'],
    ['-a always,exclude -F msgtype>=1300', V3, '-a always,exclude -F msgtype>=SYSCALL'],
    [
      '-a always,exit -S 2 -F exit=-13 -F a0=010',
      V3,
      '-a always,exit -S open -F exit=-EACCES -F a0=0x8',
    ],
    [
      '-a always,exit -F path=/a -F arch=i386 -F perm=x',
      V3,
      '-a always,exit -F arch=b32 -S all -F path=/a -F perm=x',
    ],
    [
      '-a always,exit -F arch=b64 -F path=/a -F perm=x',
      V4,
      '-a always,exit -F arch=b64 -S execve -F path=/a -F perm=x',
    ],
    [
      '-a always,exit -F arch=b64 -S all -F perm=x',
      V4,
      '-a always,exit -F arch=b64 -S all -F perm=x',
    ],
    ['-a always,exit -F perm=x -F arch=b64', V4, '-a always,exit -F arch=b64 -S all -F perm=x'],
    [
      '-a always,exit -F arch=b64 -S open -C auid!=uid',
      V3,
      '-a always,exit -F arch=b64 -S open -C uid!=auid',
    ],
  ])('%s lists by %j as %j', (text, version, expected) => {
    const world = corpusWorld(version);
    const sent = canonical(ruleOf(text), world);
    expect('value' in sent ? listRule(sent.value, world) : sent.reason).toBe(expected);
  });

  it('is refused where auditctl expands perm to calls that the machine lacks', () => {
    const world = { ...corpusWorld(V4), machine: 'aarch64' };
    const text = '-a always,exit -F arch=b64 -F path=/a -F perm=wa';
    expect(canonical(ruleOf(text), world)).toEqual({ reason: 'Syscall name unknown: rename' });
    expect(canonical(ruleOf(text), { ...world, version: [4, 0, 4] })).toHaveProperty('value');
  });
});

describe('the output of auditctl -l', () => {
  it.each([
    ['nothing', '', 'unknown'],
    ['no rules', 'No rules\n', 'known'],
  ])('%s', (_, text, kind) => {
    expect(parseListing(text).kind).toBe(kind);
  });

  it.each([
    ['a path with a space', '-w /a b -p wa -k k l', '-w /a\\ b -p wa -k k\\ l'],
    ['a path with an option', '-w /a -p r b -p wa', '-w /a\\ -p\\ r\\ b -p wa'],
    ['two keys', '-w /a -p wa -k k -k l', '-w /a -p wa -k k -k l'],
    [
      'a value with a space',
      '-a always,exit -S all -F path=/a -F b -F key=k l',
      '-a always,exit -F path=/a\\ -F\\ b -F key=k\\ l',
    ],
    [
      'calls',
      '-a always,exit -F arch=b64 -S open,openat -F key=k',
      '-a always,exit -F arch=b64 -S open,openat -F key=k',
    ],
    [
      'an unknown field of old userland',
      '-a always,exit -S all f24!=0',
      '-a always,exit -F f24!=0',
    ],
  ])('%s', (_, line, expected) => {
    const listing = parseListing(`${line}\n`);
    const [statement] = listing.kind === 'known' ? listing.statements : [];
    expect(statement?.kind === 'rule' && printRule(statement.rule)).toBe(expected);
    expect(statement?.origin).toEqual({ kind: 'kernel', index: 1 });
  });
});

describe('a listed rule', () => {
  const world = corpusWorld([4, 0, 2]);

  it('is settled as path or dir, and never expanded', () => {
    const [watch, rule] = ['-w /etc -p wa', '-a always,exit -F arch=b64 -S all -F perm=wa'].map(
      (line) => {
        const listing = parseListing(`${line}\n`);
        const [statement] = listing.kind === 'known' ? listing.statements : [];
        return statement?.kind === 'rule' ? settle(statement.rule, world) : undefined;
      },
    );
    expect(watch?.fields[0]).toMatchObject({ name: 'dir', value: '/etc' });
    expect(rule?.syscalls).toBe('all');
  });

  it('is removed as it is held', () => {
    const listing = parseListing('-a always,exit -F arch=b64 -S all -F perm=wa\n');
    const [statement] = listing.kind === 'known' ? listing.statements : [];
    const words = statement?.kind === 'rule' ? deleteArgumentsOf(asHeld(statement.rule)) : [];
    expect(words.join(' ')).toBe('-d always,exit -F arch=b64 -S all -F perm=wa');
  });
});
