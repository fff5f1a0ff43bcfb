/** Files that a change of ours left here, and that somebody has removed since. */

import type { HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { ABSENT } from './backup.ts';
import type { Change } from './change.ts';

export interface Vanished {
  readonly path: AbsolutePath;
  /** Of the change that wrote it last. */
  readonly id: string;
}

/**
 * What is gone although the latest change that touched it, and was not undone, left it there.
 * @param changes the newest first
 * @throws HostFailure
 */
export async function vanishedFiles(
  host: HostReader,
  changes: readonly Change[],
): Promise<readonly Vanished[]> {
  const latest = new Map<AbsolutePath, Change>();
  for (const change of changes)
    if (change.state !== 'rolledBack')
      for (const path of change.record.edited) if (!latest.has(path)) latest.set(path, change);
  const gone = await Promise.all(
    [...latest].map(async ([path, { record, state, left }]) => {
      const isLeft = state === 'kept' || state === 'unconfirmed';
      if (!isLeft || (left?.files[path] ?? ABSENT) === ABSENT) return [];
      return (await host.look(path)) ? [] : [{ path, id: record.id }];
    }),
  );
  return gone.flat();
}
