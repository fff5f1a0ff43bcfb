/** A merge of three texts: nothing of others is lost, nothing of ours stays, or it is a conflict. */

import { array, assert, asyncProperty, constantFrom, integer, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeLines } from '../../../src/apply/three-way.ts';

const line = constantFrom('-w /a -k a', '-w /b -k b', '-w /c -k c', '# why', '', '-D');
const text = array(line, { maxLength: 12 }).map((lines) => lines.map((one) => `${one}\n`).join(''));
/** Lines that `text` never has, so that it is seen where they go. */
const theirs = array(integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }).map((numbers) =>
  numbers.map((number) => `# theirs ${number}\n`),
);
const ours = array(integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }).map((numbers) =>
  numbers.map((number) => `# ours ${number}\n`),
);

const cut = (whole: string, at: number): readonly [string, string] => {
  const lines = whole.split(/(?<=\n)/);
  const place = lines.length === 0 ? 0 : at % (lines.length + 1);
  return [lines.slice(0, place).join(''), lines.slice(place).join('')];
};

describe('the merge of an undo', () => {
  it('gives what is wanted where nobody edited the file', async () => {
    await assert(
      asyncProperty(text, text, async (left, wanted) => {
        const merged = await mergeLines({ left, now: left, wanted });
        expect(merged).toEqual({ kind: 'merged', text: wanted });
      }),
    );
  });

  it('leaves the file as it is where the change is undone already', async () => {
    await assert(
      asyncProperty(text, text, async (left, now) => {
        expect(await mergeLines({ left, now, wanted: left })).toEqual({
          kind: 'merged',
          text: now,
        });
      }),
    );
  });

  it('takes exactly ours out, wherever others added lines', async () => {
    await assert(
      asyncProperty(text, ours, nat(), theirs, nat(), async (before, added, place, more, spot) => {
        const [head, tail] = cut(before, place);
        const left = head + added.join('') + tail;
        const [first, rest] = cut(left, spot);
        const now = first + more.join('') + rest;
        const merged = await mergeLines({ left, now, wanted: before });
        const kept = now.split(/(?<=\n)/).filter((one) => !one.startsWith('# ours'));
        expect(merged).toEqual({ kind: 'merged', text: kept.join('') });
      }),
    );
  });

  it('never drops a line of others, and never leaves one of ours, unless it says conflict', async () => {
    await assert(
      asyncProperty(text, ours, nat(), text, async (before, added, place, now) => {
        const [head, tail] = cut(before, place);
        const merged = await mergeLines({
          left: head + added.join('') + tail,
          now,
          wanted: before,
        });
        if (merged.kind === 'conflict') return;
        expect(merged.text).toBe(now);
      }),
    );
  });
});
