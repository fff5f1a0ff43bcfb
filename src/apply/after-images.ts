/** What a change made of each file, kept so that its lines can be told from later edits. */

import type { FileImage } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { keptImage } from './backup.ts';
import type { Change } from './change.ts';
import type { Store } from './store.ts';

/** What the change left at `path`; undefined if that is not known for sure. @throws HostFailure */
export async function readAfterImage(
  store: Store,
  { record, left }: Change,
  path: AbsolutePath,
): Promise<FileImage | undefined> {
  const kept = record.forward?.files.find((file) => file.path === path)?.after;
  if (!kept || kept.sha256 !== left?.files[path]) return undefined;
  return keptImage(store, record.id, path, kept);
}
