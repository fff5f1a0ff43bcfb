/**
 * The events that a host's log holds: auditd's own file and what was rotated away, the oldest first,
 * read in pieces. Source: auditd.conf(5), log_file and num_logs; rotate_logs, audit 3.0.
 */

import {
  assembleEvents,
  gatherEvents,
  type AuditEvent,
  type Gathered,
  type Gathering,
} from '../audit/records.ts';
import type { Entry, HostReader } from '../host/host.ts';
import { join, nameOf, parentOf, type AbsolutePath } from '../paths.ts';
import { logSettings, readAuditdConf } from './auditd-conf.ts';

/** What is looked for in a log. */
export interface Search {
  readonly since: Date;
  readonly wants: (event: AuditEvent) => boolean;
}

/** What was read of a log. */
export interface Extent {
  readonly logFile: AbsolutePath;
  /** All that were read, the oldest first; none where there is no log, or none so young. */
  readonly files: readonly AbsolutePath[];
  /** Bytes at the beginning of the log that were not read, since too much is younger. */
  readonly skippedBytes: number;
}

/** What the log gave. */
export type Recorded = Gathered & Extent;

/** At a time. */
const PIECE_BYTES = 4 * 1024 * 1024;
/** Of all files: auditd keeps 40 MiB unless it is told otherwise. */
const MOST_BYTES = 256 * 1024 * 1024;
/** Of those that are kept with all their records, some 10 KiB each. */
const MOST_EVENTS = 10_000;

interface LogFile {
  readonly path: AbsolutePath;
  readonly entry: Entry;
}

/**
 * What the log holds since a moment; of too much, the newest.
 * @throws HostFailure if a log is there and cannot be read
 */
export function readRecorded(host: HostReader, search: Search): Promise<Recorded> {
  return readLog(host, search.since, () => gatherEvents({ ...search, most: MOST_EVENTS }));
}

/**
 * The same, and nothing of an event is kept but what `visit` makes of it.
 * @param begin gives a visitor and the value that it fills; called anew where the log was rotated
 * @throws HostFailure if a log is there and cannot be read
 */
export function foldRecorded<Value>(
  host: HostReader,
  since: Date,
  begin: () => { readonly visit: (event: AuditEvent) => void; readonly value: () => Value },
): Promise<Extent & Pick<Gathered, 'unreadable'> & { readonly value: Value }> {
  return readLog(host, since, () => {
    const { visit, value } = begin();
    const assembling = assembleEvents(since, visit);
    return {
      take: (bytes) => assembling.take(bytes),
      finish: () => ({ ...assembling.finish(), value: value() }),
    };
  });
}

async function readLog<Result>(
  host: HostReader,
  since: Date,
  begin: () => Gathering<Result>,
): Promise<Extent & Result> {
  const { logFile } = logSettings(await readAuditdConf(host)).log;
  const before = await logFiles(host, logFile, since);
  const found = await readFiles(host, before, begin());
  const after = await logFiles(host, logFile, since);
  // What was rotated meanwhile has other names now.
  const still = identityOf(before) === identityOf(after);
  return { ...(still ? found : await readFiles(host, after, begin())), logFile };
}

async function readFiles<Result>(
  host: HostReader,
  files: readonly LogFile[],
  gathering: Gathering<Result>,
): Promise<Omit<Extent, 'logFile'> & Result> {
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
