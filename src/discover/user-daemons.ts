/** A dockerd that belongs to one person: in a home, started by that person alone. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, isAbsolutePath, isWithin, join, type AbsolutePath } from '../paths.ts';
import { isLocal, type Mount } from './mounts.ts';
import { overlooking } from './overlooking.ts';
import { readText } from './small-files.ts';

const HOMES = ['/home', '/root', '/var/home'].map(absolutePath);

/** By the name of the place alone. */
export function isHome(path: AbsolutePath): boolean {
  return HOMES.some((home) => isWithin(path, home));
}

/**
 * What stands where the rootless installer puts it, in homes of local accounts on local disks: to
 * look at another would mount it. Source: docs.docker.com, Rootless mode; get.docker.com/rootless.
 */
export async function findUserDaemons(
  host: HostReader,
  mounts: readonly Mount[],
): Promise<readonly AbsolutePath[]> {
  const passwd = (await readText(host, absolutePath('/etc/passwd'))) ?? '';
  const homes = new Set(passwd.split('\n').map((line) => line.split(':')[5] ?? ''));
  const paths = [...homes]
    .filter(isAbsolutePath)
    .filter((home) => isHome(home) && isLocal(home, mounts))
    .flatMap((home) => [
      join(home, 'bin', 'dockerd'),
      join(home, '.config', 'systemd', 'user', 'docker.service'),
    ]);
  // Even root may be kept out of a home: then there is nothing that a rule could watch.
  const seen = await Promise.all(paths.map((path) => overlooking(host).look(path)));
  return paths.filter((_, index) => seen[index] !== undefined);
}
