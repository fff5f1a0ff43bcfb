/**
 * Whether an undo could be made to the end, known before its first write: its before-images are whole,
 * and nothing keeps its files from being replaced. What the loader makes of its sources is made anew.
 */

import type { Facts } from '../discover/facts.ts';
import { HostFailure } from '../errors.ts';
import type { HostReader } from '../host/host.ts';
import { parentOf, type AbsolutePath } from '../paths.ts';
import { printable } from '../text.ts';
import { ABSENT, hashAt, keptImage } from './backup.ts';
import type { ChangeRecord } from './change.ts';
import type { BeforeImage } from './kept-image.ts';
import { directoryOf, type Store } from './store.ts';

/**
 * Looks at the files that are not as they were; one that is needs nothing.
 * @param leave files that the undo leaves as they are anyway
 * @returns the loader's own files whose before-image is lost: the undo leaves them, too
 * @throws HostFailure which names what is in the way; nothing was changed
 */
export async function requireWayBack(
  host: HostReader,
  store: Store,
  record: ChangeRecord,
  leave: readonly AbsolutePath[],
): Promise<readonly AbsolutePath[]> {
  const lost: AbsolutePath[] = [];
  for (const image of record.files) {
    if (leave.includes(image.path) || (await isAsBefore(host, image))) continue;
    if (await isKept(store, record.id, image)) continue;
    if (record.edited.includes(image.path)) throw lostImage(store, record, image.path);
    lost.push(image.path);
  }
  return lost;
}

/** @throws HostFailure if a file that goes back, or where it lies, cannot be replaced */
export async function requireReplaceable(
  host: HostReader,
  { hindrances }: Facts,
  { id, files }: ChangeRecord,
  leave: readonly AbsolutePath[],
): Promise<void> {
  if (hindrances.length === 0) return;
  for (const image of files) {
    if (leave.includes(image.path) || (await isAsBefore(host, image))) continue;
    const around = [image.path, parentOf(image.path)];
    const hindrance = hindrances.find(({ path }) => around.includes(path));
    if (hindrance)
      throw new HostFailure(
        `cannot undo change ${id}: '${printable(hindrance.path)}' is in the way: ${hindrance.reason}; nothing was changed`,
        hindrance.mend,
        'EPERM',
      );
  }
}

async function isAsBefore(host: HostReader, { path, before }: BeforeImage): Promise<boolean> {
  return (await hashAt(host, path)) === (before?.sha256 ?? ABSENT);
}

async function isKept(store: Store, id: string, { path, before }: BeforeImage): Promise<boolean> {
  if (!before) return true;
  try {
    await keptImage(store, id, path, before);
    return true;
  } catch (cause) {
    if (cause instanceof HostFailure) return false;
    throw cause;
  }
}

function lostImage(store: Store, { id }: ChangeRecord, path: AbsolutePath): HostFailure {
  return new HostFailure(
    `cannot undo change ${id}: what '${printable(path)}' was before it is gone or altered in ${directoryOf(store, id)}; nothing was changed`,
    "put that copy back from a backup of this host, or take out ours without it: 'dockaudit remove'",
    'EBADBACKUP',
  );
}
