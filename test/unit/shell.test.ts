/** Lines that a person pastes into a shell give back the words they were made from. */

import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellLine } from '../../src/shell.ts';

describe('shellLine', () => {
  it.each([
    [
      ['auditctl', '-W', '/usr/bin/dockerd', '-k', 'docker'],
      'auditctl -W /usr/bin/dockerd -k docker',
    ],
    [['rm', '-f', '/a b'], "rm -f '/a b'"],
    [['echo', "it's"], String.raw`echo 'it'\''s'`],
    [['echo', ''], "echo ''"],
    [['echo', '$(reboot)', '`x`', '~', '*', ';'], "echo '$(reboot)' '`x`' '~' '*' ';'"],
    [
      ['auditctl', '-a', 'always,exit', '-F', 'auid>=1000'],
      "auditctl -a always,exit -F 'auid>=1000'",
    ],
  ])('%j', (argv, line) => {
    expect(shellLine(argv)).toBe(line);
  });

  it('is read back word for word by sh', () => {
    const word = fc.string({
      unit: fc.constantFrom(...Array.from('ab \'"$`\\;|&<>*?~#!(){}[]\n\t=é')),
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        const script = `printf '%s\\0' ${shellLine(words)}`;
        const said = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
        expect(said.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });
});
