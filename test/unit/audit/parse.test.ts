/** Lines and command lines, one situation each. Expectations: facts measured on auditctl 3.0.9. */

import { describe, expect, it } from 'vitest';
import { readLines, wordsOf } from '../../../src/audit/lines.ts';
import { parseArguments, parseLine, parseRules } from '../../../src/audit/parse.ts';
import { printRule } from '../../../src/audit/print.ts';
import type { Statement } from '../../../src/audit/rule.ts';
import { absolutePath } from '../../../src/paths.ts';

const FILE = absolutePath('/etc/audit/audit.rules');
const parse = (text: string): Statement => parseLine(text, { kind: 'file', file: FILE, line: 1 });

/** What a line says, in few words. */
function said(statement: Statement): string {
  switch (statement.kind) {
    case 'blank':
      return 'blank';
    case 'unreadable':
      return `! ${statement.reason}`;
    case 'rule':
      return printRule(statement.rule);
    case 'directive':
      return JSON.stringify(statement.directives);
    default:
      return statement satisfies never;
  }
}

describe('a line of a rules file', () => {
  it.each([
    ['nothing', '', 'blank'],
    ['only spaces', '   ', 'blank'],
    ['a comment', '  # -w /a', 'blank'],
    ['a watch', '-w /a', '-w /a'],
    ['a watch with all permissions', '-w /a -p axwr -k k', '-w /a -k k'],
    ['permissions in capitals', '-w /a -p WA', '-w /a -p wa'],
    ['attached values', '-w/a -pwa -kk', '-w /a -p wa -k k'],
    ['a second -p', '-w /a -p w -p a', '-w /a -p a'],
    ['slashes at the end', '-w /a// -p r', '-w /a -p r'],
    ['the root', '-w / -p wa', '-w / -p wa'],
    ['an escaped space', '-w /a\\ b', '-w /a\\ b'],
    ['an escaped backslash', '-w /a\\\\b', '-w /a\\\\b'],
    ['another backslash', '-w /a\\nb', '-w /a\\\\nb'],
    ['a key in a field', '-w /a -F key=k', '-w /a -k k'],
    ['two keys', '-w /a -k k -k l', '-w /a -k k -k l'],
    ['a key that looks like an option', '-w /a -k -l', '-w /a -k -l'],
    ['no key', '-w /a -F key=', '-w /a'],
    [
      'words after the options of a rule',
      '-k k -w /a',
      '! key option needs a watch or syscall given prior to it',
    ],
    ['list and action swapped', '-a exit,always -F path=/a', '-a always,exit -F path=/a'],
    ['a field in capitals', '-a exit,always -F PATH=/a', '-a always,exit -F path=/a'],
    ['the old name of auid', '-a never,task -F loginuid=1', '-a never,task -F auid=1'],
    [
      'calls in two options',
      '-a always,exit -F arch=b64 -S a,b -S 3',
      '-a always,exit -F arch=b64 -S a,b,3',
    ],
    [
      'a comparison the other way round',
      '-a always,exit -C euid!=uid',
      '-a always,exit -C uid!=euid',
    ],
    ['a tab at the start', '\t-w /a', '! There was an error while processing parameters'],
    ['a stray word', '-w /a b', '! parameter passed without an option given'],
    ['a comment after a rule', '-w /a # b', '! parameter passed without an option given'],
    ['a relative path', '-w a', "! The path must start with '/'"],
    ['a quoted path', '-w "/a"', "! The path must start with '/'"],
    ['an option without value', '-w /a -k', '! Option -k on line 1 is invalid'],
    ['an unknown option', '-Z', '! Option -Z on line 1 is invalid'],
    ['an ambiguous long option', '--reset', '! Option --reset on line 1 is invalid'],
    ['a shortened long option', '--backlog_w 5', '[{"name":"backlogWaitTime","value":5}]'],
    [
      'an option that must wait',
      '-p wa -w /a',
      '! permission option needs a watch given prior to it',
    ],
    ['an unknown permission', '-w /a -p q', "! Permission q isn't supported"],
    [
      'calls before the architecture',
      '-a always,exit -S open -F arch=b64',
      '! arch must be before -S',
    ],
    ['calls without a list', '-S open', '! Error - no list specified'],
    ['an unknown field', '-a always,exit -F x=1', '! -F unknown field: x'],
    ['a field without operator', '-a always,exit -F path', '! -F missing operation for path'],
    [
      'a field without value',
      '-a always,exit -F path=',
      '! -F missing value after operation for path',
    ],
    [
      'a field of another list',
      '-a always,task -F path=/a',
      '! path can only be used with exit filter list',
    ],
    [
      'a key and nothing else',
      '-a always,exit -F key=k',
      '! Key field needs a watch, syscall or exe path given prior to it',
    ],
    ['possible', '-a exit,possible', '[{"name":"other","option":"-a"}]'],
    ['a list that is gone', '-a entry,always', '! Append rule - bad keyword entry,always'],
    [
      'two directives',
      '-b 8192 -f 1',
      '[{"name":"backlogLimit","value":8192},{"name":"failure","value":1}]',
    ],
    ['a number with a carriage return', '-b 8192\r', '[{"name":"backlogLimit","value":8192}]'],
    ['a hexadecimal number', '-b 0x10', '[{"name":"backlogLimit","value":16}]'],
    ['all rules away', '-D', '[{"name":"deleteAll"}]'],
    ['rules of a key away', '-D -k k', '[{"name":"deleteAll","key":"k"}]'],
    ['-D and something else', '-D x', '! Wrong number of options for Delete all request'],
  ])('%s: %j', (_, text, expected) => {
    expect(said(parse(text))).toBe(expected);
  });

  it('that fails after a directive keeps the directive', () => {
    expect(parse('-D\r')).toMatchObject({
      kind: 'unreadable',
      directives: [{ name: 'deleteAll' }],
    });
  });

  it('keeps a directive beside the rule', () => {
    expect(parse('-e 1 -w /p -k k')).toMatchObject({
      kind: 'rule',
      directives: [{ name: 'enabled', value: 1 }],
    });
  });
});

describe('a command line', () => {
  it('is not split or unescaped', () => {
    const statement = parseArguments(['-w', '/a b\\c', '-k', 'k l'], { kind: 'argument' });
    expect(statement).toMatchObject({ kind: 'rule', rule: { keys: ['k l'] } });
    expect(said(statement)).toBe('-w /a\\ b\\\\c -k k\\ l');
  });

  it('names no line when an option is invalid', () => {
    expect(said(parseArguments(['-k'], { kind: 'argument' }))).toBe('! Option -k is invalid');
  });
});

describe('the lines of a file', () => {
  it.each([
    ['no line', '', []],
    ['no final newline', 'a\nb', ['a', 'b']],
    ['blank lines', '\n\n', ['', '']],
    ['a NUL', 'a\0b\nc', ['a', 'c']],
    ['a line that just fits', `${'x'.repeat(6142)}\ny`, ['x'.repeat(6142), 'y']],
    ['a newline too far', `${'x'.repeat(6143)}\ny`, ['x'.repeat(6143), '', 'y']],
    ['a line that spills', `#${'x'.repeat(6142)}-D\n`, [`#${'x'.repeat(6142)}`, '-D']],
  ])('%s', (_, text, expected) => {
    expect(readLines(text).map((line) => line.text)).toEqual(expected);
  });

  it('carry the numbers that auditctl counts', () => {
    const statements = parseRules(`${'#'.repeat(6143)}\n-w /a\n`, FILE);
    expect(statements.at(-1)?.origin).toEqual({ kind: 'file', file: FILE, line: 3 });
  });
});

describe('the words of a line', () => {
  it.each([
    ['spaces', '  a   b ', ['a', 'b']],
    ['an escape in the first word', '-w/a\\ b', ['-w/a\x07\x07b']],
    ['more words than auditctl has room for', '-e 1 -f 1 -b 5', ['-e', '1', '-f', '1', '-b']],
  ])('%s', (_, text, expected) => {
    expect(wordsOf(text)).toEqual(expected);
  });
});
