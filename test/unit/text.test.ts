/** Bytes of a host as text and back, and text that is harmless on a terminal. */

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLength, decode, encode, printable } from '../../src/text.ts';

describe('decode and encode', () => {
  it('lose no byte, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = decode(bytes);
        expect([...encode(text)]).toEqual([...bytes]);
        expect(byteLength(text)).toBe(bytes.length);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['plain text', 'dockerd', [100, 111, 99, 107, 101, 114, 100]],
    ['two bytes', 'é', [0xc3, 0xa9]],
    ['four bytes', '😀', [0xf0, 0x9f, 0x98, 0x80]],
    ['a mark at the start', '\ufeffa', [0xef, 0xbb, 0xbf, 97]],
    ['a stray byte between letters', 'a\udcffb', [97, 0xff, 98]],
    ['an encoded surrogate, which is no UTF-8', '\udced\udca0\udc80', [0xed, 0xa0, 0x80]],
    ['an overlong slash', '\udcc0\udcaf', [0xc0, 0xaf]],
  ])('%s', (_, text, bytes) => {
    expect(decode(Uint8Array.from(bytes))).toBe(text);
    expect([...encode(text)]).toEqual(bytes);
  });
});

describe('printable', () => {
  it.each([
    ['a b-é😀', 'a b-é😀'],
    ['a\nb', String.raw`a\x0ab`],
    ['\x1b[31mred', String.raw`\x1b[31mred`],
    ['\x9b31m', String.raw`\x9b31m`],
    ['\x7f', String.raw`\x7f`],
    ['\u202eabc', String.raw`\u202eabc`],
    ['\u2028', String.raw`\u2028`],
    ['a\udcffb', String.raw`a\xffb`],
    ['\ud800', String.raw`\ud800`],
    ['\ufeff', String.raw`\ufeff`],
  ])('%j is %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves nothing that a terminal would obey', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u);
      }),
    );
  });
});
