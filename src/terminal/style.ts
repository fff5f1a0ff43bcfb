/** What a stream can show: colour, width, Unicode. Sources: no-color.org, bixense.com/clicolors. */

import type { Style } from './terminal.ts';

export type ColourChoice = 'auto' | 'always' | 'never';
export type Environment = Readonly<Record<string, string | undefined>>;

/** What is asked of a stream before anything is written to it. */
export interface Screen {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const DEFAULT_WIDTH = 80;
const LEAST_WIDTH = 20;

/** How text may be drawn on `stream`; what a person asked for goes before the environment. */
export function styleOf(stream: Screen, choice: ColourChoice, env: Environment): Style {
  const isScreen = stream.isTTY === true;
  return {
    width: Math.max(LEAST_WIDTH, (isScreen && stream.columns) || DEFAULT_WIDTH),
    colour: choice === 'auto' ? wantsColour(isScreen, env) : choice === 'always',
    unicode: hasUnicode(env),
    screen: isScreen,
  };
}

/** A word of the environment that is neither empty nor a no. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

function wantsColour(isScreen: boolean, env: Environment): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if (isSet(env['FORCE_COLOR']) || isSet(env['CLICOLOR_FORCE'])) return true;
  if (env['FORCE_COLOR'] === '0' || env['FORCE_COLOR'] === 'false') return false;
  if (env['CLICOLOR'] === '0' || isDumb(env)) return false;
  return isScreen;
}

/** Whether the terminal can neither move its cursor nor colour. */
export function isDumb(env: Environment): boolean {
  return env['TERM'] === 'dumb' || (env['TERM'] ?? '') === '';
}

/** The console of the kernel (TERM=linux) has too few glyphs in its fonts. */
function hasUnicode(env: Environment): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value);
  return /utf-?8/i.test(locale ?? '') && env['TERM'] !== 'linux' && env['TERM'] !== 'dumb';
}
