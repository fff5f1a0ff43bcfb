/** Lines are told by their frames only where path and key can be read as nothing else. */

import { describe, expect, it } from 'vitest';
import { frameFinder, listedAs, listedFrameFinder } from '../../../src/audit/frame.ts';

const find = frameFinder({ machine: 'x86_64', version: [3, 0, 9] });

describe('a line of a rules file', () => {
  // As audit 3.0.9 lists them.
  it.each([
    ['-w /etc/a -p wa -k k', '-w /etc/a -p wa -k k'],
    ['-w /etc/b -p aw -k k', '-w /etc/b -p wa -k k'],
    ['-w /etc/a', '-w /etc/a -p rwxa'],
    ['-a exit,always -F path=/a -F perm=x -F key=b/c', '-w /a -p x -k b/c'],
    ['-a always,exit -F perm=x -F path=/a', ' -p x-w /a'],
    [
      '-a always,exit -F path=/b -F auid>=1000 -F auid!=unset -k k',
      '-a always,exit -S all -F path=/b -F auid>=1000 -F auid!=-1 -F key=k',
    ],
    [
      '-a always,exit -F arch=b32 -S fchmod,chmod -F path=/a -F uid=7',
      '-a always,exit -F arch=b32 -S chmod,fchmod -F path=/a -F uid=7',
    ],
    [
      '-a always,exit -F arch=b64 -S unlink,open -F uid=7 -F auid!=unset -k k',
      '-a always,exit -F arch=b64 -S open,unlink -F uid=7 -F auid!=-1 -F key=k',
    ],
    ['-a exit,always -F ppid=0 -S open', '-a always,exit -S open -F ppid=0'],
    ['-a always,exit -F uid=007 -S 2', '-a always,exit -S open -F uid=7'],
    [
      '-a always,exit -F a0=5 -F euid=5 -F uid=55',
      '-a always,exit -S all -F a0=0x5 -F euid=5 -F uid=55',
    ],
    [
      '-a always,exit -S all -F exe=/usr/bin/a -k k',
      '-a always,exit -S all -F exe=/usr/bin/a -F key=k',
    ],
    [
      '-a always,exit -F arch=b32 -S chmod -F auid>=1000 -F auid!=unset',
      '-a always,exit -F arch=b32 -S chmod -F auid>=1000 -F auid!=-1',
    ],
  ])('%s', (text, listed) => {
    const found = find(text);
    expect(found && listedAs(found)).toBe(listed);
  });

  it('is listed like the first of its frame, with its own path and key', () => {
    const [one, other] = ['-w /x -p wa -k k', '-w /y/z -p wa -k longer'].map(find);
    expect(one?.frame).toBe(other?.frame);
    expect(other && listedAs(other)).toBe('-w /y/z -p wa -k longer');
  });

  it('shares its frame with lines of other calls, numbers and programs', () => {
    for (const texts of [
      ['-a always,exit -S open -F uid=5 -k k', '-a always,exit -S chmod,open -F uid=60 -k l'],
      ['-a always,exit -S open -F exe=/a', '-a always,exit -S chmod,open -F exe=/b/c'],
    ]) {
      const [one, other] = texts.map(find);
      expect(one?.frame).toBe(other?.frame);
      expect(one?.frame).toBeDefined();
    }
    const [, user] = [
      '-a always,exit -S open -F uid=5 -k k',
      '-a always,exit -S mkdir,open -F uid=60 -k l',
    ].map(find);
    expect(user && listedAs(user)).toBe('-a always,exit -S open,mkdir -F uid=60 -F key=l');
  });
});

describe('is left to the parser:', () => {
  it.each([
    ['a word that is read as an operator', '-a always,exit -F path=/a!=b -F perm=wa'],
    ['an escape', '-w /a\\ b -p wa -k k'],
    ['a path in another spelling', '-w /a/../b -p wa'],
    ['a path that ends in a slash', '-w /a/ -p wa'],
    ['a path that is a filter', '-a always,exit -F obj_type=/x -F path=/x'],
    ['a tree', '-a always,exit -F dir=/a -F perm=wa'],
    ['a program beside a path', '-a always,exit -F path=/a -F exe=/b'],
    ['all programs but one', '-a always,exit -S open -F exe!=/a'],
    ['a path in a key', '-a always,exit -S open -k a/b'],
    ['a watch whose listing tells path from tree', '-w /a -p wa -F auid>=1000'],
    ['a user by name', '-a always,exit -F path=/a -F uid=root'],
    ['a rule that is put first', '-A always,exit -F path=/a'],
    ['a rule that is taken out', '-W /a -p wa -k k'],
    ['a line that does more', '-e 1 -w /a -p wa -k k'],
    ['a call that is none', '-a always,exit -S nocall -F path=/a'],
    ['two paths', '-a always,exit -F path=/a -F path=/b'],
    ['a rule on every event', '-a always,exit -S open -k k'],
    ['a rule on every user', '-a always,exit -S open -F uid>=0 -k k'],
    ['a rule that says never, and names no path', '-a never,exit -S open -F uid=5'],
    ['another list', '-a always,task -F uid=5'],
    ['calls that are all calls', '-a always,exit -S open,all -F uid=5'],
    ['calls before their architecture', '-a always,exit -S open -F arch=b64 -F uid=5'],
    ['a call of another architecture', '-a always,exit -F arch=b32 -S accept -F uid=5'],
    ['a key that is empty', '-w /a -p wa -k '],
    ['a line with no room for its words', '-w /a -p r -k k -k k -k k'],
    ['a long line', `-w /${'a'.repeat(255)} -p wa`],
    ['a comment', '# -w /a -p wa'],
  ])('%s', (_what, text) => {
    expect(find(text)).toBeUndefined();
  });
});

describe('a line of a listing', () => {
  const findListed = listedFrameFinder();

  it.each([
    '-w /etc/a -p wa -k k',
    ' -p wa-w /etc/a -k k',
    '-a always,exit -F arch=b64 -S open -F path=/a -F key=k',
    '-a never,exit -S open -F path=/a',
    '-a always,exit -F arch=b64 -S open,unlink -F uid=5 -F auid!=-1 -F key=k',
    '-a always,exit -S all -F exe=/usr/bin/a',
  ])('%s', (text) => {
    const found = findListed(text);
    expect(found && listedAs(found)).toBe(text);
  });

  it.each([
    ['with a space in its path', '-w /etc/a b -p wa -k k'],
    ['of another list', '-a always,task -F uid=5'],
    ['that is none', 'No rules'],
  ])('%s', (_what, text) => {
    expect(findListed(text)?.value).not.toBe('/etc/a b');
    expect(findListed(text)).toBeUndefined();
  });
});
