/** Whatever a unit's line holds, it is read to its end, and nothing is told that systemd would change. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optionOf, processLine, unitLine } from '../../../src/discover/command-line.ts';

const plain = fc.stringMatching(/^[\w/.:=-]+$/);
const blank = fc.stringMatching(/^[ \t]+$/);
const odd = fc.string({ unit: fc.constantFrom(...'a-/ "\'\\$%;='.split('')) });
const NAMES = ['--data-root', '-g'];

describe('a line of a unit', () => {
  it('of plain words has these words, whatever parts them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, blank)), (parts) => {
        expect(unitLine(parts.flat().join('')).words).toEqual(parts.map(([word]) => word));
      }),
    );
  });

  it('keeps what is quoted as one word', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\w '/]*$/), (text) => {
        expect(unitLine(`a "${text}" b`).words).toEqual(['a', text, 'b']);
      }),
    );
  });

  it('never gives a value that systemd would still change', () => {
    fc.assert(
      fc.property(odd, (text) => {
        const told = optionOf(unitLine(`/usr/bin/dockerd --data-root=${text}`), NAMES);
        expect(told?.kind === 'given' ? told.value : '').not.toMatch(/[$%\\"']/);
      }),
    );
  });
});

describe('the words of a process', () => {
  it('are as they are, and so is the value of its option', () => {
    const text = fc.string().filter((one) => !one.includes('\0'));
    fc.assert(
      fc.property(text, (value) => {
        const line = processLine(`dockerd\0--data-root\0${value}\0-D\0`);
        expect(optionOf(line, NAMES)).toEqual({ kind: 'given', value });
      }),
    );
  });
});
