/**
 * Logs that auditd 3.0.9 wrote on Linux 6.18 while one script touched two watched places, each way
 * once: in both formats, and with names of hosts. Names and paths of that machine were replaced.
 */

import { readFileSync } from 'node:fs';
import { gatherEvents, type AuditEvent } from '../../src/audit/records.ts';

/** The text of `raw.log`, `enriched.log` or `node.log`. */
export function logText(name: 'raw' | 'enriched' | 'node'): string {
  return readFileSync(new URL(`logs/${name}.log`, import.meta.url), 'utf8');
}

/** Its events. */
export function logEvents(name: 'raw' | 'enriched' | 'node'): readonly AuditEvent[] {
  return eventsOf(Buffer.from(logText(name)));
}

/** All events of a whole log. */
export function eventsOf(bytes: Uint8Array): readonly AuditEvent[] {
  const all = gatherEvents({ since: new Date(0), wants: () => true, most: Infinity });
  all.take(bytes);
  return all.finish().events;
}
