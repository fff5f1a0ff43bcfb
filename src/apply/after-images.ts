/** What a change made of each file, kept so that its lines can be told from later edits. */

import type { FileImage, HostReader } from '../host/host.ts';
import { join, nameOf, type AbsolutePath } from '../paths.ts';
import type { Edit } from '../plan/plan.ts';
import { hashOf } from './backup.ts';
import type { BeforeImage, Change } from './change.ts';
import { directoryOf, keep, type Store } from './store.ts';

/** Before the first write. @throws HostFailure */
export async function keepAfterImages(
  store: Store,
  id: string,
  files: readonly BeforeImage[],
  edits: readonly Edit[],
): Promise<void> {
  for (const { path, after } of edits)
    if (after) await keep(store, join(directoryOf(store, id), nameFor(path, files)), after.bytes);
}

/** The bytes that the change left at `path`; undefined if they are not known for sure. */
export async function readAfterImage(
  reader: HostReader,
  { record, backup, left }: Change,
  path: AbsolutePath,
): Promise<FileImage | undefined> {
  const image = await reader.read(join(backup, nameFor(path, record.files)));
  return image && hashOf(image) === left?.files[path] ? image : undefined;
}

/** The number is that of the before-image of the same file. */
function nameFor(path: AbsolutePath, files: readonly BeforeImage[]): string {
  const index = files.findIndex((file) => file.path === path);
  return `after-${index}-${nameOf(path).replace(/[^\w.-]/g, '_')}`;
}
