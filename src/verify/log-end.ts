/**
 * The end of auditd's log: where it was before our events, and what came since. A log that is rotated
 * meanwhile is read whole. Source: auditd.conf(5), max_log_file_action.
 */

import { gatherEvents, type AuditEvent } from '../audit/records.ts';
import { readRecorded } from '../discover/recorded.ts';
import type { HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';

/** Of what came since, at most: as much as the port gives, and more than a host writes in seconds. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_EVENTS = 50_000;

/** Gives the events that came to the log since `openLogEnd`, and since a moment. */
export type ReadLog = (since: Date) => Promise<readonly AuditEvent[]>;

/** @throws HostFailure, as does what it gives, if the log is there and cannot be read */
export async function openLogEnd(host: HostReader, logFile: AbsolutePath): Promise<ReadLog> {
  const path = (await host.resolve(logFile)) ?? logFile;
  const before = await host.look(path);
  return async (since) => {
    const now = await host.look(path);
    const isSame = before !== undefined && now?.inode === before.inode && now.size >= before.size;
    if (!isSame) return (await readRecorded(host, { since, wants: () => true })).events;
    const gathering = gatherEvents({ since, wants: () => true, most: MOST_EVENTS });
    gathering.take((await host.readPart(path, before.size, MOST_BYTES)) ?? new Uint8Array());
    return gathering.finish().events;
  };
}
