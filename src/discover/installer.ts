/** The one command that installs auditd on this distribution. Source: os-release(5), ID and ID_LIKE. */

import type { Argv, HostReader } from '../host/host.ts';
import { absolutePath } from '../paths.ts';
import type { Machine } from './machine.ts';

const MANAGERS: readonly { readonly of: readonly string[]; readonly argv: Argv }[] = [
  { of: ['debian', 'ubuntu'], argv: [absolutePath('/usr/bin/apt-get'), 'install', '-y', 'auditd'] },
  {
    of: ['fedora', 'rhel', 'centos', 'amzn'],
    argv: [absolutePath('/usr/bin/dnf'), 'install', '-y', 'audit'],
  },
  {
    of: ['suse', 'opensuse', 'sles'],
    argv: [absolutePath('/usr/bin/zypper'), '--non-interactive', 'install', 'audit'],
  },
  { of: ['alpine'], argv: [absolutePath('/sbin/apk'), 'add', 'audit'] },
  { of: ['arch'], argv: [absolutePath('/usr/bin/pacman'), '-S', '--noconfirm', 'audit'] },
];

/** Undefined where the distribution is none that we know, or its manager is not there. */
export async function findInstaller(
  host: HostReader,
  { distribution }: Machine,
): Promise<Argv | undefined> {
  const names = [distribution.id, ...distribution.like];
  const manager = MANAGERS.find(({ of }) => of.some((name) => names.includes(name)));
  if (!manager) return undefined;
  return (await host.look(manager.argv[0])) ? manager.argv : undefined;
}
