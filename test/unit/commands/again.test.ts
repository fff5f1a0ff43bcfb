/** A hint repeats what was asked, so that it can be pasted. */

import { describe, expect, it } from 'vitest';
import { askedWords } from '../../../src/commands/again.ts';
import { parseCommandLine } from '../../../src/commands/options.ts';

describe('the words of a hint', () => {
  it.each([
    [[]],
    [['--all', '--benchmark', 'cis-docker-1.6.0', '--strict']],
    [['--control', '1.2.3,1.2.7', '--style', 'syscall', '--key', 'k', '--file', 'a.rules']],
    [['--level', '2', '--templates', '/x', '--include-absent', '--no-restart', '--reload']],
    [['--restart', '--procedure', '--unsilence', '--accept-noise', '--force']],
    [['--confirm-within', '5m']],
    [['--prove', '--touch']],
    [['--no-prove']],
  ])('ask for the same: %j', (given) => {
    const { options } = parseCommandLine(given);
    expect(parseCommandLine(askedWords(options)).options).toEqual(options);
  });

  it('leave out how the run talks', () => {
    const { options } = parseCommandLine(['--color', 'never', '--verbose', '--format', 'json']);
    expect(askedWords(options)).toEqual([]);
  });
});
