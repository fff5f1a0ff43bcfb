import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { drawLines, drawPatch, patchText } from '../../../src/report/diff.ts';
import { decode, encode } from '../../../src/text.ts';
import { colourful, HOSTILE, plain } from './situations.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dockaudit-diff-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** What git makes of the file when the patch is applied to it. */
async function applied(
  path: string,
  before: string | undefined,
  after: string,
  timeoutMs?: number,
): Promise<string> {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  if (before !== undefined) writeFileSync(file, encode(before));
  const patch = encode(await patchText({ path, before, after }, timeoutMs));
  const options = { cwd: root, input: patch, env: { ...process.env, GIT_DIR: '/nowhere' } };
  execFileSync('git', ['apply', '--check', '-p1', '-'], options);
  execFileSync('git', ['apply', '-p1', '-'], options);
  return decode(readFileSync(file));
}

const NUMBERS = Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join('');

describe('a patch that git applies gives exactly the file that was planned', () => {
  it.each<[situation: string, before: string | undefined, after: string]>([
    ['a new file', undefined, '\n-w /usr/bin/dockerd -k docker\n'],
    ['a line at the end', NUMBERS, `${NUMBERS}last\n`],
    ['a line at the beginning', NUMBERS, `first\n${NUMBERS}`],
    ['two places', NUMBERS, NUMBERS.replace('line 3\n', 'x\n').replace('line 25\n', '')],
    ['an empty file gains lines', '', 'a\nb\n'],
    ['no final newline before', 'a\nb', 'a\nb\nc\n'],
    ['no final newline after', 'a\nb\n', 'a\nb'],
    ['no final newline at all', 'a\nb', 'a\nc'],
    ['carriage returns', 'a\r\nb\r\n', 'a\r\nb\r\nc\n'],
    ['bytes that are no text', decode(Uint8Array.of(0xff, 10, 0x80, 10)), '# é\n'],
    ['escape sequences', `${HOSTILE}\n`, `${HOSTILE}\nx\n`],
  ])('%s', async (_situation, before, after) => {
    expect(await applied('/etc/audit/audit.rules', before, after)).toBe(after);
  });

  it.each(['/etc/a b.rules', '/etc/a\tb.rules', '/etc/a"\\é.rules', '/etc/a\nb.rules'])(
    'for the name %j',
    async (path) => {
      expect(await applied(path, 'a\n', 'b\n')).toBe('b\n');
    },
  );

  it('even when there is no time to look for the shortest', async () => {
    const after = 'x\nline 5\ny';
    expect(await applied('/etc/audit/audit.rules', NUMBERS, after, -1)).toBe(after);
  });
});

describe('the text of a patch', () => {
  it('names both sides and has no line of equal signs', async () => {
    const patch = await patchText({
      path: '/etc/audit/audit.rules',
      before: '-D\n',
      after: '-D\n-e 1\n',
    });
    expect(patch).toBe(
      '--- a/etc/audit/audit.rules\n+++ b/etc/audit/audit.rules\n@@ -1,1 +1,2 @@\n -D\n+-e 1\n',
    );
  });

  it('is empty where nothing differs', async () => {
    expect(await patchText({ path: '/a', before: 'x\n', after: 'x\n' })).toBe('');
  });

  it('ends soon for long texts without a line in common', async () => {
    const [before, after] = ['a', 'b'].map((letter) =>
      Array.from({ length: 4000 }, (_, index) => `${letter}${index}\n`).join(''),
    );
    const start = performance.now();
    const patch = await patchText({ path: '/a', before, after }, 200);
    expect(performance.now() - start).toBeLessThan(3000);
    expect(patch.split('\n')).toHaveLength(3 + 8000 + 1);
  });
});

describe('the drawing of a patch', () => {
  it('is the patch itself without colour', async () => {
    const difference = { path: '/etc/audit/audit.rules', before: 'a\tb\n', after: 'a\tb\nc' };
    expect(`${await drawPatch(difference, plain)}\n`).toBe(await patchText(difference));
  });

  it('marks the words that changed inside a line', async () => {
    const drawn = await drawPatch(
      { path: '/a', before: '-w /etc/x -p r -k docker\n', after: '-w /etc/x -p wa -k docker\n' },
      colourful,
    );
    expect(drawn.split('\n').slice(3)).toEqual([
      '\x1b[31m-\x1b[39m\x1b[31m-w /etc/x -p \x1b[39m' +
        '\x1b[31m\x1b[7mr\x1b[27m\x1b[39m\x1b[31m -k docker\x1b[39m',
      '\x1b[32m+\x1b[39m\x1b[32m-w /etc/x -p \x1b[39m' +
        '\x1b[32m\x1b[7mwa\x1b[27m\x1b[39m\x1b[32m -k docker\x1b[39m',
    ]);
  });

  it('does not mark words where the lines have nothing in common', async () => {
    const drawn = await drawPatch({ path: '/a', before: 'one two\n', after: 'x y z\n' }, colourful);
    expect(drawn).not.toContain('\x1b[7m');
  });

  it.each([plain, colourful])(
    'lets no escape sequence of a file reach the terminal',
    async (style) => {
      const difference = {
        path: `/etc/${HOSTILE}`,
        before: `${HOSTILE}\n`,
        after: `x ${HOSTILE}\n`,
      };
      const drawn = await drawPatch(difference, style);
      const text = style.colour ? stripVTControlCharacters(drawn) : drawn;
      // oxlint-disable-next-line no-control-regex -- finding control characters is the point
      expect(text.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
      expect(text).toContain('-a\\x1b[2J\\x1b]0;title\\x07\\x9b31m\\u202eb\\x0d');
    },
  );
});

describe('two lists of lines', () => {
  it('are drawn as one', async () => {
    expect(await drawLines(['a', 'b'], ['a', 'c', 'b'], plain)).toBe('    a\n  + c\n    b');
  });

  it('leave out what is far from any change', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `${index}`);
    expect(await drawLines(lines, lines.with(10, 'ten'), plain)).toBe(
      '    …|    7|    8|    9|  - 10|  + ten|    11|    12|    13|    …'.replaceAll('|', '\n'),
    );
  });
});
