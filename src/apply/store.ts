/** Where changes are kept: always on this machine, never in an image that is changed. */

import type { Host } from '../host/host.ts';
import { join, type AbsolutePath } from '../paths.ts';

export interface Store {
  readonly host: Host;
  /** Such as /var/lib/dockaudit; only its owner may look inside. */
  readonly directory: AbsolutePath;
  /** What a run holds while it may change the host: one for a host, wherever its changes are kept. */
  readonly lock: AbsolutePath;
}

/** Where each change has a directory of its own. */
export function changesOf(store: Store): AbsolutePath {
  return join(store.directory, 'changes');
}

/** Journal and before-images of one change. */
export function directoryOf(store: Store, id: string): AbsolutePath {
  return join(changesOf(store), id);
}

/** Puts bytes into the store, readable by its owner alone. @throws HostFailure */
export async function keep(store: Store, path: AbsolutePath, bytes: Uint8Array): Promise<void> {
  const owner = await store.host.look(store.directory);
  await store.host.replace(path, {
    bytes,
    mode: 0o600,
    uid: owner?.uid ?? 0,
    gid: owner?.gid ?? 0,
    mtime: store.host.clock.now(),
  });
}
