/** A root folder of an image or a chroot as a Host: its files, and no kernel or programs. */

import { HostFailure } from '../errors.ts';
import { join, type AbsolutePath } from '../paths.ts';
import { printable } from '../text.ts';
import { held, heldEntry } from './anchor.ts';
import { realClock } from './clock.ts';
import { lookAt, resolveLinks } from './files.ts';
import type { Exit, Host } from './host.ts';
import { canonical } from './inside.ts';
import { MISSING } from './program.ts';
import { filesOf } from './whereabouts.ts';

/** The image at `place`; nothing outside of it is read or written, wherever its links point. */
export function imageHost(place: AbsolutePath): Host {
  // Once: who swaps the root itself later is found out, too.
  const root = resolveLinks(place) ?? place;
  const target = (path: AbsolutePath) => join(root, canonical(root, path, 'follow'));
  const entry = (path: AbsolutePath) => join(root, canonical(root, path, 'keep'));
  return {
    ...filesOf({ target, entry, hold: { target: held, entry: heldEntry } }),
    resolve: async (path) => {
      const resolved = canonical(root, path, 'follow');
      return lookAt(join(root, resolved), heldEntry) === undefined ? undefined : resolved;
    },
    touch: async (path) => {
      throw new HostFailure(
        `cannot make an event at '${printable(path)}': an image has no kernel that would record it`,
        'prove on a host that runs',
        'ENOSYS',
      );
    },
    ask: async (): Promise<Exit> => MISSING,
    run: async (): Promise<Exit> => MISSING,
    launch: async ({ argv }) => {
      throw new HostFailure(
        `cannot start '${argv[0]}': no program runs in an image`,
        'start it on a host that runs',
        'ENOSYS',
      );
    },
    clock: realClock,
  };
}
