/** Rules of others before and after a change or an undo: how many, and a hash that anybody can make. */

import type { Plan } from '../plan/plan.ts';
import { encode } from '../text.ts';
import { hashOf } from './backup.ts';
import type { Foreign } from './change.ts';
import { Lines } from './known.ts';

/** Those of `lines` that are not among `besides`, each as often as it is more. */
export function without(lines: readonly string[], besides: readonly string[]): readonly string[] {
  const left = new Lines(besides);
  return lines.filter((line) => !left.take(line));
}

/** The table before the change, without what it was asked to take out of force. */
export function foreignBefore(
  listing: readonly string[],
  { unsilenced, activation }: Pick<Plan, 'unsilenced' | 'activation'>,
): readonly string[] {
  if (activation.kind === 'reboot') return listing;
  const gone = new Set(unsilenced.map(({ index }) => index));
  return listing.filter((_, at) => !gone.has(at + 1));
}

/** `auditctl -l` without ours, in its order, piped into `sha256sum`, gives the same hash. */
export function foreignOf(before: readonly string[], after: readonly string[]): Foreign {
  return { count: after.length, sha256Before: sha256(before), sha256After: sha256(after) };
}

function sha256(lines: readonly string[]): string {
  return hashOf({ bytes: encode(lines.map((line) => `${line}\n`).join('')) });
}
