/** The commonest lines are read at once: they mean what the same words mean as arguments. */

import { describe, expect, it } from 'vitest';
import { parseArguments, parseLine } from '../../../src/audit/parse.ts';
import { plainRule } from '../../../src/audit/plain-lines.ts';
import { absolutePath } from '../../../src/paths.ts';

const origin = { kind: 'file', file: absolutePath('/etc/audit/rules.d/a.rules'), line: 1 } as const;

function meansItsWords(text: string): void {
  const { text: _written, ...meant } = parseArguments(text.split(' '), origin);
  const { text: _line, ...read } = parseLine(text, origin);
  expect(read).toEqual(meant);
}

describe('a watch', () => {
  it.each([
    '-w /etc/passwd -p wa -k id',
    '-w /a -p r -k k',
    '-w /etc/shadow -p awxr -k k',
    '-w /etc/a -p ww -k k',
    '-w /etc/*?.d/.. -p wa -k #x',
    '-w /etc/docker/ -p wa -k docker',
    '-w / -p wa -k root',
    '-w relative/path -p wa -k k',
    '-w /etc/a -p wz -k k',
    '-w /etc/a -p rwxaa -k k',
    '-w /etc/a -p wa -k',
    '-w /etc/a -p wa -k -w',
    '-w /etc/a -p wa -k a k',
    `-w /etc/${'a'.repeat(256)} -p wa -k k`,
    `-w /etc/a -p wa -k ${'k'.repeat(257)}`,
  ])('%s', meansItsWords);

  it('has an escaped space only where a backslash says so', () => {
    const statement = parseLine('-w /etc/a\\ b -p wa -k k', origin);
    expect(statement).toMatchObject({ rule: { fields: [{ value: '/etc/a b' }, { value: 'wa' }] } });
  });

  it('is cut where auditctl has no room for more words', () => {
    expect(parseLine('-w / -p r -k k', origin)).toMatchObject({ kind: 'unreadable' });
  });
});

const common = [
  '-a always,exit -F path=/usr/bin/su -F perm=x -F auid>=1000 -F auid!=unset -F key=privileged',
  '-a exit,always -F arch=b64 -S openat,open -F exit=-EACCES -k access',
  '-a always,exit -F dir=/etc/docker -F perm=aw -k docker',
  '-a never,exit -F path=/a',
  '-a always,exit -S all -k a -F key=b',
  '-a always,exit -F ARCH=b32 -S 5 -F loginuid!=-1 -k x',
];

describe('a rule', () => {
  it.each(common)('%s', (text) => {
    meansItsWords(text);
    expect(plainRule(text)).toEqual(expect.objectContaining({ list: 'exit' }));
  });

  it.each([
    '-a always,exit',
    '-a always,task -F uid=5',
    '-a always,user -F uid=5 -k k',
    '-a always,exclude -F msgtype=CWD',
    '-a possible,exit -F path=/a',
    '-a exit,possible -F path=/a',
    '-a always,exit -F path=/a -F path=/b -k k',
    '-a always,exit -F auid>=1000 -k k',
    '-a always,exit -k k -F path=/a',
    '-a always,exit -F key=k -F path=/a',
    '-a always,exit -F key= -F path=/a',
    '-a always,exit -F key!=k -F path=/a',
    '-a always,exit -F path=/a -F key!=k',
    '-a always,exit -S open -F arch=b64',
    '-a always,exit -S open -S close -k k',
    '-a always,exit -S , -k k',
    '-a always,exit -F path=/a -F perm=wz',
    '-a always,exit -F path=/a -F perm=',
    '-a always,exit -F nofield=1 -F path=/a',
    '-a always,exit -F path=/a -p wa',
    '-a always,exit -F path=/a -k',
    '-a always,exit -F path=/a -k -k',
    '-a always,exit -F path=/a k',
    '-a always,exit -F path=/a -w /b',
    '-a always,exit -F path=/a -a always,exit',
    '-a always,exit -C uid!=euid -F path=/a -k k',
    '-a always,exit -Fpath=/a -kk',
    '-a always,exit -F a0&0x3 -F path=/a',
    '-a always,exit -F fstype=9p -F path=/a',
    `-a always,exit -F path=/a -k ${'k'.repeat(257)}`,
    `-a always,exit ${'-F path=/a '.repeat(64)}-k k`,
  ])('%s', meansItsWords);

  it('is cut where auditctl has no room for more words', () => {
    // 89 bytes have room for 30 of the 32 words.
    const text = `-a always,exit -S 5${' -k k'.repeat(14)}`;
    const keys = Array.from({ length: 13 }, () => 'k');
    expect(parseLine(text, origin)).toMatchObject({ rule: { keys } });
  });
});
