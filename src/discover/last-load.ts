/**
 * When the rules were loaded last, as far as files and processes tell: auditd loads them when it
 * starts, and who writes them loads them then. A load by hand that changes no file leaves no trace.
 */

import type { Entry } from '../host/host.ts';
import type { Consumer } from './facts.ts';

/** UTC, ISO 8601. @param entries of the files that the loader reads and writes */
export function lastLoad(
  consumer: Consumer,
  entries: Iterable<Entry>,
): { readonly loadedAt?: string } {
  if (consumer.kind !== 'auditd' || consumer.startedAt === undefined) return {};
  const written = [...entries].map(({ mtime }) => mtime.toISOString());
  return { loadedAt: [consumer.startedAt, ...written].toSorted().at(-1) ?? consumer.startedAt };
}
