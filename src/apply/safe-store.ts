/** The store is believed only where nobody else writes: an undo writes files and runs what it says. */

import { exposuresOf } from '../discover/exposure.ts';
import { effectiveUid } from '../discover/kernel.ts';
import { HostFailure } from '../errors.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Store } from './store.ts';

/** Makes the store's directory where there is none. @throws HostFailure if others may write there */
export async function openStore(store: Store): Promise<void> {
  await requireOwn(store, [store.directory]);
  await store.host.makeDirectory(store.directory, 0o700);
}

/** @param paths of the store @throws HostFailure for the first that others may write, or swap */
export async function requireOwn(
  { host, directory }: Store,
  paths: readonly AbsolutePath[],
): Promise<void> {
  const trusted = { uids: [0, (await effectiveUid(host)) ?? 0], gids: [0] };
  const exposures = await exposuresOf(host, paths, trusted);
  const exposure = exposures.find(({ to }) => to !== 'group');
  if (!exposure) return;
  const { path, reason, mend } = exposure;
  throw new HostFailure(
    `cannot trust '${directory}', where changes are kept: at ${path}, ${reason}`,
    `see that all that lies there is yours, then: ${mend}`,
    'EXPOSED',
  );
}
