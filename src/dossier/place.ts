/** Where a dossier may lie: a new or empty directory that is ours alone, reached as the kernel walks. */

import { exposuresOf } from '../discover/exposure.ts';
import { effectiveUid } from '../discover/kernel.ts';
import { HostFailure, UsageFailure } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { parentOf, type AbsolutePath } from '../paths.ts';
import { printable } from '../text.ts';

/**
 * Makes the directory, for its owner alone; nothing of it is written yet.
 * @throws UsageFailure if something stands there, HostFailure if it cannot be made or trusted
 */
export async function openPlace(here: Host, directory: AbsolutePath): Promise<void> {
  const refuse = (why: string): UsageFailure =>
    new UsageFailure(
      `cannot write evidence to '${printable(directory)}': ${why}`,
      'name a directory that is absent or empty with --evidence',
    );
  const entry = await here.look(directory);
  if (entry && entry.kind !== 'directory') throw refuse(`it is a ${entry.kind}`);
  if (entry && (await here.list(directory))?.length !== 0) throw refuse('it is not empty');
  if (!(await here.resolve(parentOf(directory)))) throw refuse('its parent does not exist');
  await requireOurs(here, directory);
  if (!entry) await here.makeDirectory(directory, 0o700);
  // In a sticky directory somebody else may have been quicker.
  await requireOurs(here, directory);
  if ((await here.look(directory))?.kind !== 'directory') throw refuse('it is no directory');
}

/** @throws HostFailure if others may write there, or swap it */
async function requireOurs(here: Host, directory: AbsolutePath): Promise<void> {
  const trusted = { uids: [0, (await effectiveUid(here)) ?? 0], gids: [0] };
  const exposures = await exposuresOf(here, [directory], trusted);
  const exposure = exposures.find(({ to }) => to !== 'group');
  if (!exposure) return;
  const { path, reason, mend } = exposure;
  throw new HostFailure(
    `cannot write evidence to '${printable(directory)}': at ${printable(path)}, ${reason}`,
    `name another directory, or: ${mend}`,
    'EXPOSED',
  );
}
