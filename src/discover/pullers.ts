/**
 * Who starts a unit, by the links that `systemctl enable` and packages make.
 * Source: systemd.unit(5), "unitname.wants/, unitname.requires/"; systemd 257.
 */

import type { HostReader } from '../host/host.ts';
import { join, type AbsolutePath } from '../paths.ts';

const LINKS = /^(.+)\.(?:wants|requires)$/;

/** Each once, in the order of their names. @param directories where units lie @throws HostFailure */
export async function findPullers(
  host: HostReader,
  name: string,
  directories: readonly AbsolutePath[],
): Promise<readonly string[]> {
  const found = await Promise.all(
    directories.map(async (directory) => {
      const folders = ((await host.list(directory)) ?? []).filter((one) => LINKS.test(one));
      const links = folders.map((folder) => host.look(join(join(directory, folder), name)));
      const entries = await Promise.all(links);
      return folders.filter((_, index) => entries[index] !== undefined);
    }),
  );
  return [...new Set(found.flat().map((folder) => LINKS.exec(folder)?.[1] ?? folder))].toSorted();
}
