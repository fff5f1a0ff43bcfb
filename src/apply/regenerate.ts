/** The loader's own file after an undo, where others have had it written since the change. */

import type { Facts } from '../discover/facts.ts';
import type { Host } from '../host/host.ts';
import { encode } from '../text.ts';

/** Writes what augenrules would make of the sources now; it does not load them. @throws HostFailure */
export async function regenerate(host: Host, { persistent }: Facts): Promise<void> {
  const { generated } = persistent;
  if (!generated || generated.present === generated.next) return;
  const image = await host.read(generated.path);
  if (!image) return;
  await host.replace(generated.path, {
    ...image,
    bytes: encode(generated.next),
    mtime: host.clock.now(),
    inherits: true,
  });
}
