/**
 * What keeps a file from being replaced or removed, though root may write into it: then a loader
 * changes it, and no undo brings it back. Sources: chattr(1), lsattr(1), rename(2), chown(2), proc(5).
 */

import type { Argv, Entry, HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { shellLine } from '../shell.ts';
import { decode } from '../text.ts';
import { ownRights } from './kernel.ts';
import type { Mount } from './mounts.ts';
import { findProgram } from './programs.ts';

export interface Hindrance {
  /** Of a directory it is about all that lies in it. */
  readonly path: AbsolutePath;
  readonly reason: string;
  /** What ends it, in words or as a line to type. */
  readonly mend: string;
}

type Found = readonly [path: AbsolutePath, entry: Entry];

const TIMEOUT_MS = 5000;
const CAP_CHOWN = 0n;

/**
 * Of regular files and directories among `paths`; absent ones, links and all else have none.
 * @throws HostFailure
 */
export async function hindrancesOf(
  host: HostReader,
  paths: readonly AbsolutePath[],
  mounts: readonly Mount[],
): Promise<readonly Hindrance[]> {
  const looked = await Promise.all(
    [...new Set(paths)].map(async (path) => [path, await host.look(path)] as const),
  );
  const found = looked.flatMap(([path, entry]): Found[] =>
    entry?.kind === 'file' || entry?.kind === 'directory' ? [[path, entry]] : [],
  );
  const files = found.filter(([, { kind }]) => kind === 'file');
  return [
    ...(await attributes(host, found)),
    ...(await mounted(host, files, mounts)),
    ...(await foreign(host, files)),
  ];
}

/** Where lsattr is absent, or the file system keeps no attributes, nothing is known. */
async function attributes(
  host: HostReader,
  found: readonly Found[],
): Promise<readonly Hindrance[]> {
  // A line of the answer is one path.
  const asked = found.filter(([path]) => !path.includes('\n'));
  const lsattr = asked.length === 0 ? undefined : await findProgram(host, 'lsattr');
  if (!lsattr) return [];
  const argv: Argv = [lsattr, '-d', '--', ...asked.map(([path]) => path)];
  // Its status tells only that one of them has no attributes.
  const { stdout } = await host.ask({ kind: 'query', argv, timeoutMs: TIMEOUT_MS });
  const told = new Map(decode(stdout).split('\n').map(flagsOf));
  return asked.flatMap(([path, { kind }]) => {
    const flags = (told.get(path) ?? '').replace(/[^ia]/g, '');
    if (flags === '') return [];
    const is = flags.includes('i') ? 'immutable' : 'append-only';
    const then =
      kind === 'directory' ? 'nothing in it can be replaced or removed' : 'it cannot be replaced';
    return [
      {
        path,
        reason: `it is ${is} (lsattr: ${flags}), so ${then}`,
        mend: `'${shellLine(['chattr', `-${flags}`, path])}' ends that`,
      },
    ];
  });
}

/** `----i---------e------- /etc/audit/audit.rules` */
function flagsOf(line: string): readonly [path: string, flags: string] {
  const end = line.indexOf(' ');
  return [line.slice(end + 1), line.slice(0, Math.max(0, end))];
}

async function mounted(
  host: HostReader,
  files: readonly Found[],
  mounts: readonly Mount[],
): Promise<readonly Hindrance[]> {
  const points = new Set(mounts.map(({ point }) => point));
  const real = await Promise.all(
    files.map(async ([path]) => [path, (await host.resolve(path)) ?? path] as const),
  );
  return real
    .filter(([, place]) => points.has(place))
    .map(([path, place]) => ({
      path,
      reason: 'it is a mount point of its own, so it cannot be replaced',
      mend: `'${shellLine(['umount', place])}' ends that`,
    }));
}

/** A file that is put back is a new one, which is given owner and group of the old one. */
async function foreign(host: HostReader, files: readonly Found[]): Promise<readonly Hindrance[]> {
  const { uid, gids, capabilities } = await ownRights(host);
  if (uid === undefined || capabilities === undefined) return [];
  if (((capabilities >> CAP_CHOWN) & 1n) === 1n) return [];
  return files
    .filter(([, entry]) => entry.uid !== uid || !gids.includes(entry.gid))
    .map(([path, entry]) => ({
      path,
      reason: `it belongs to ${entry.uid}:${entry.gid}, which could not be given back to a new file: CAP_CHOWN is missing here`,
      mend: 'run dockaudit as root with all its capabilities, on the host itself',
    }));
}
