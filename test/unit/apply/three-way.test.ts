/** Three states of a file, by example: what stands side by side merges, what was edited conflicts. */

import { describe, expect, it } from 'vitest';
import { mergeLines } from '../../../src/apply/three-way.ts';

const lines = (...all: readonly string[]): string => all.map((one) => `${one}\n`).join('');
const merge = (left: string, now: string, wanted: string) => mergeLines({ left, now, wanted });

describe('lines of ours that others left alone', () => {
  it('go, and a line that was put between them stays', async () => {
    const left = lines('# one', '-w /a', '# two', '-w /b');
    const now = lines('# one', '-w /a', '# Mine', '-w /mine', '# two', '-w /b', '-w /late');
    expect(await merge(left, now, '')).toEqual({
      kind: 'merged',
      text: lines('# Mine', '-w /mine', '-w /late'),
    });
  });

  it('go where somebody has taken some of them out by hand', async () => {
    const left = lines('-w /old', '# one', '-w /a', '# two', '-w /b');
    const now = lines('-w /old', '# one', '-w /a');
    expect(await merge(left, now, lines('-w /old'))).toMatchObject({ text: lines('-w /old') });
  });

  it('go where a line far from them was edited, and that one stays edited', async () => {
    const left = lines('-w /old', '-w /x', '-w /a');
    const now = lines('-w /new', '-w /x', '-w /a');
    expect(await merge(left, now, lines('-w /old', '-w /x'))).toMatchObject({
      text: lines('-w /new', '-w /x'),
    });
  });

  it('come back between the lines that were beside them', async () => {
    const left = lines('-w /a', '# dockaudit: silenced', '# -a task,never', '-w /b');
    const now = lines('-w /mine', '-w /a', '# dockaudit: silenced', '# -a task,never', '-w /b');
    expect(await merge(left, now, lines('-w /a', '-a task,never', '-w /b'))).toMatchObject({
      text: lines('-w /mine', '-w /a', '-a task,never', '-w /b'),
    });
  });
});

describe('a last line without a newline', () => {
  it('is the line that it was, and gets none', async () => {
    const merged = await merge(lines('-w /a', '-w /b'), '-w /a\n-w /b\n-w /mine', lines('-w /b'));
    expect(merged).toEqual({ kind: 'merged', text: '-w /b\n-w /mine' });
  });
});

describe('a line of ours that was edited', () => {
  it('is a conflict, told by its line in the file and by all three sides', async () => {
    const left = lines('# one', '-w /a -k docker', '-w /b');
    const now = lines('# Mine', '-w /mine', '# one', '-w /a -k mine', '-w /b');
    expect(await merge(left, now, lines('-w /b'))).toEqual({
      kind: 'conflict',
      conflict: { line: 4, left: ['-w /a -k docker'], now: ['-w /a -k mine'], wanted: [] },
    });
  });

  it('is one where the undo would change it as well', async () => {
    const left = lines('# silenced', '# -a task,never', '-w /b');
    const now = lines('# silenced', '# -a task,always', '-w /b');
    expect(await merge(left, now, lines('-a task,never', '-w /b'))).toMatchObject({
      kind: 'conflict',
      conflict: { line: 2, now: ['# -a task,always'], wanted: ['-a task,never'] },
    });
  });

  it('is one where both put a line in the same place, whose order counts', async () => {
    const merged = await merge(lines('-w /a'), lines('-w /a', '-w /x'), lines('-w /a', '-w /y'));
    expect(merged).toMatchObject({ kind: 'conflict', conflict: { line: 2, now: ['-w /x'] } });
  });
});
