/**
 * The events that a host's log holds: auditd's own file and what was rotated away, the oldest first,
 * read in pieces. Source: auditd.conf(5), log_file and num_logs; rotate_logs, audit 3.0.
 */

import { gatherEvents, type AuditEvent, type Gathered } from '../audit/records.ts';
import type { Entry, HostReader } from '../host/host.ts';
import { join, nameOf, parentOf, type AbsolutePath } from '../paths.ts';
import { logSettings, readAuditdConf } from './auditd-conf.ts';

/** What is looked for in a log. */
export interface Search {
  readonly since: Date;
  readonly wants: (event: AuditEvent) => boolean;
}

/** What the log gave. */
export interface Recorded extends Gathered {
  readonly logFile: AbsolutePath;
  /** All that were read, the oldest first; none where there is no log. */
  readonly files: readonly AbsolutePath[];
  /** Bytes at the beginning of the log that were not read: too much of it is younger. */
  readonly skippedBytes: number;
}

/** At a time. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Of all files: auditd keeps 40 MiB unless it is told otherwise. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Events that are kept, with all their records: some 2 KiB each. */
const MOST_EVENTS = 50_000;

interface LogFile {
  readonly path: AbsolutePath;
  readonly entry: Entry;
}

/**
 * What the log holds since a moment; of too much, the newest.
 * @throws HostFailure if a log is there and cannot be read
 */
export async function readRecorded(host: HostReader, search: Search): Promise<Recorded> {
  const { logFile } = logSettings(await readAuditdConf(host)).log;
  const before = await logFiles(host, logFile, search.since);
  const found = await gather(host, before, search);
  const after = await logFiles(host, logFile, search.since);
  // What was rotated meanwhile has other names now.
  const still = identityOf(before) === identityOf(after);
  return { ...(still ? found : await gather(host, after, search)), logFile };
}

async function gather(
  host: HostReader,
  files: readonly LogFile[],
  search: Search,
): Promise<Omit<Recorded, 'logFile'>> {
  const gathering = gatherEvents({ ...search, most: MOST_EVENTS });
  const total = files.reduce((sum, { entry }) => sum + entry.size, 0);
  const skippedBytes = Math.max(total - MOST_BYTES, 0);
  let [skip, left] = [skippedBytes, MOST_BYTES];
  for (const { path, entry } of files) {
    let from = Math.min(skip, entry.size);
    skip -= from;
    // It grows while it is read, by us, too.
    for (let got = -1; got !== 0 && left > 0; from += got, left -= got) {
      const piece = await host.readPart(path, from, Math.min(PIECE_BYTES, left));
      if (piece !== undefined) gathering.take(piece);
      got = piece?.length ?? 0;
    }
  }
  const read = files.map(({ path }) => path);
  return { ...gathering.finish(), files: read, skippedBytes };
}

/** Those that may hold something so young, the oldest first. */
async function logFiles(
  host: HostReader,
  logFile: AbsolutePath,
  since: Date,
): Promise<readonly LogFile[]> {
  const names = (await host.list(parentOf(logFile))) ?? [];
  const numbered = names.flatMap((name): readonly (readonly [number, AbsolutePath])[] => {
    const number = ageOf(name, nameOf(logFile));
    return number === undefined ? [] : [[number, join(parentOf(logFile), name)]];
  });
  const found: LogFile[] = [];
  for (const [, named] of numbered.toSorted(([a], [b]) => b - a)) {
    const path = (await host.resolve(named)) ?? named;
    const entry = await host.look(path);
    if (entry !== undefined && entry.mtime >= since) found.push({ path, entry });
  }
  return found;
}

/** `audit.log` is 0, `audit.log.1` is older. */
function ageOf(name: string, log: string): number | undefined {
  if (name === log) return 0;
  const suffix = name.startsWith(`${log}.`) ? name.slice(log.length + 1) : '';
  return /^[1-9]\d{0,3}$/.test(suffix) ? Number(suffix) : undefined;
}

function identityOf(files: readonly LogFile[]): string {
  return files.map(({ path, entry }) => `${path} ${entry.device} ${entry.inode}`).join('\n');
}
