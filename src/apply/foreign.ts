/** Rules of others before and after a change or an undo: how many, and a hash that anybody can make. */

import { encode } from '../text.ts';
import { hashOf } from './backup.ts';
import type { Foreign } from './change.ts';
import { Lines } from './known.ts';

/** Those of `lines` that are not among `besides`, each as often as it is more. */
export function without(lines: readonly string[], besides: readonly string[]): readonly string[] {
  const left = new Lines(besides);
  return lines.filter((line) => !left.take(line));
}

/** The table before the change, without what it takes out. @param gone places in it, from 1 */
export function foreignBefore(
  listing: readonly string[],
  gone: readonly number[],
): readonly string[] {
  return listing.filter((_, at) => !gone.includes(at + 1));
}

/** `auditctl -l` without ours, in its order, piped into `sha256sum`, gives the same hash. */
export function foreignOf(before: readonly string[], after: readonly string[]): Foreign {
  return { count: after.length, sha256Before: sha256(before), sha256After: sha256(after) };
}

function sha256(lines: readonly string[]): string {
  return hashOf({ bytes: encode(lines.map((line) => `${line}\n`).join('')) });
}
