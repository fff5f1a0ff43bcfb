/** What a hostile host says: bytes that steer a terminal, and the net that finds one that came through. */

import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { encode } from '../../src/text.ts';
import type { Practised } from './hosts.ts';

/**
 * A title that is set, a colour, a cursor that goes back, C1 as a code point and as a byte, an
 * override of the direction, a zero-width space, and a byte that is no UTF-8.
 */
export const STEERING =
  '\x1b]0;owned\x07\x1b[31m\x08\x7f\u009b2J\udc9b1m\u202eevil\u202c\u200b\udcff';

/** The same as a name of a file: all but `/`. */
export const NAME = `50-${STEERING}`;

const HARMFUL =
  // eslint-disable-next-line no-control-regex -- finding control characters is the point
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\udc80-\udcff]/;

/** What stands around the first harmful character of `text`, escaped; undefined if there is none. */
export function harmIn(text: string): string | undefined {
  const at = text.search(HARMFUL);
  return at < 0 ? undefined : JSON.stringify(text.slice(Math.max(0, at - 60), at + 30));
}

/** `text` without the colours that `--color always` asks for. */
export function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are control characters
  return text.replaceAll(/\x1b\[\d+m/g, '');
}

/** A file of a practice host, its directory made; the name may hold any byte. */
export function plant(made: Practised, path: string, text: string, mode = 0o644): void {
  const at = encoded(`${made.root}${path}`);
  mkdirSync(encoded(dirname(`${made.root}${path}`)), { recursive: true });
  rmSync(at, { force: true, recursive: true });
  writeFileSync(at, encode(text));
  chmodSync(at, mode);
}

/** A link of a practice host. */
export function plantLink(made: Practised, path: string, target: string): void {
  const at = encoded(`${made.root}${path}`);
  mkdirSync(encoded(dirname(`${made.root}${path}`)), { recursive: true });
  rmSync(at, { force: true, recursive: true });
  symlinkSync(encoded(target), at);
}

/** A path as Node's calls take any byte. */
function encoded(path: string): Buffer {
  return Buffer.from(encode(path));
}

/** A directory of a practice host. */
export function plantDirectory(made: Practised, path: string): void {
  const at = encoded(`${made.root}${path}`);
  rmSync(at, { force: true, recursive: true });
  mkdirSync(at, { recursive: true });
}
