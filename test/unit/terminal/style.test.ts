import { describe, expect, it } from 'vitest';

import { type ColourChoice, type Environment, styleOf } from '../../../src/terminal/style.ts';

const SCREEN = { isTTY: true, columns: 120 };
const PIPE = { isTTY: false };

describe('colour', () => {
  it.each<[ColourChoice, object, Environment, boolean]>([
    ['auto', SCREEN, { TERM: 'xterm' }, true],
    ['auto', PIPE, { TERM: 'xterm' }, false],
    ['auto', SCREEN, { TERM: 'dumb' }, false],
    ['auto', SCREEN, {}, false],
    ['auto', SCREEN, { TERM: 'xterm', NO_COLOR: '1' }, false],
    ['auto', SCREEN, { TERM: 'xterm', NO_COLOR: '' }, true],
    ['auto', PIPE, { FORCE_COLOR: '1' }, true],
    ['auto', PIPE, { CLICOLOR_FORCE: '1' }, true],
    ['auto', PIPE, { CLICOLOR_FORCE: '0' }, false],
    ['auto', PIPE, { CLICOLOR_FORCE: '1', NO_COLOR: '1' }, false],
    ['auto', SCREEN, { TERM: 'xterm', FORCE_COLOR: '0' }, false],
    ['auto', SCREEN, { TERM: 'xterm', CLICOLOR: '0' }, false],
    ['always', PIPE, { NO_COLOR: '1' }, true],
    ['never', SCREEN, { FORCE_COLOR: '1' }, false],
  ])('%s on %j with %j: %s', (choice, stream, env, expected) => {
    expect(styleOf(stream, choice, env).colour).toBe(expected);
  });
});

describe('width', () => {
  it.each([
    [SCREEN, 120],
    [{ isTTY: true, columns: 7 }, 20],
    [{ isTTY: true, columns: 0 }, 80],
    [PIPE, 80],
  ])('of %j is %i', (stream, expected) => {
    expect(styleOf(stream, 'auto', {}).width).toBe(expected);
  });
});

describe('Unicode', () => {
  it.each<[Environment, boolean]>([
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'C.utf8' }, true],
    [{ LANG: 'C' }, false],
    [{}, false],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, false],
    [{ LANG: 'en_US.UTF-8', LC_ALL: '' }, true],
    [{ LANG: 'en_US.UTF-8', TERM: 'linux' }, false],
  ])('with %j: %s', (env, expected) => {
    expect(styleOf(SCREEN, 'auto', env).unicode).toBe(expected);
  });
});
