/** The commonest lines are read at once: they mean what the same words mean as arguments. */

import { describe, expect, it } from 'vitest';
import { parseArguments, parseLine } from '../../../src/audit/parse.ts';
import { absolutePath } from '../../../src/paths.ts';

const origin = { kind: 'file', file: absolutePath('/etc/audit/rules.d/a.rules'), line: 1 } as const;

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
  ])('%s', (text) => {
    const { text: _written, ...meant } = parseArguments(text.split(' '), origin);
    const { text: _line, ...read } = parseLine(text, origin);
    expect(read).toEqual(meant);
  });

  it('has an escaped space only where a backslash says so', () => {
    const statement = parseLine('-w /etc/a\\ b -p wa -k k', origin);
    expect(statement).toMatchObject({ rule: { fields: [{ value: '/etc/a b' }, { value: 'wa' }] } });
  });

  it('is cut where auditctl has no room for more words', () => {
    expect(parseLine('-w / -p r -k k', origin)).toMatchObject({ kind: 'unreadable' });
  });
});
