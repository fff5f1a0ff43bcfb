/**
 * Who starts a unit, by the links that `systemctl enable` and packages make.
 * Source: systemd.unit(5), "unitname.wants/, unitname.requires/"; systemd 257.
 */

import type { HostReader } from '../host/host.ts';
import { join, type AbsolutePath } from '../paths.ts';

const LINKS = /^(.+)\.(?:wants|requires)$/;

/** By each unit that is linked somewhere: who starts it. */
export type Pullers = ReadonlyMap<string, ReadonlySet<string>>;

/** @param directories where units lie @throws HostFailure */
export async function readPullers(
  host: HostReader,
  directories: readonly AbsolutePath[],
): Promise<Pullers> {
  const pullers = new Map<string, Set<string>>();
  for (const directory of directories)
    for (const folder of (await host.list(directory)) ?? []) {
      const [, puller] = LINKS.exec(folder) ?? [];
      if (puller === undefined) continue;
      for (const name of (await host.list(join(directory, folder))) ?? [])
        pullers.set(name, (pullers.get(name) ?? new Set()).add(puller));
    }
  return pullers;
}
