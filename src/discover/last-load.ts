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
  // A file of a year that no calendar knows says nothing.
  const written = [...entries].map(({ mtime }) => +mtime).filter((ms) => !Number.isNaN(ms));
  return { loadedAt: new Date(Math.max(Date.parse(consumer.startedAt), ...written)).toISOString() };
}
