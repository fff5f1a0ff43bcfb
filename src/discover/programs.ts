/** The host's own programs, in directories that only root can write; never by the caller's PATH. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, join, type AbsolutePath } from '../paths.ts';
import type { Programs } from './facts.ts';

/** There while SELinux is on. */
const SELINUX = absolutePath('/sys/fs/selinux/enforce');
const DIRECTORIES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].map(absolutePath);

const NAMES: Readonly<Record<keyof Programs, string>> = {
  auditctl: 'auditctl',
  augenrules: 'augenrules',
  auditd: 'auditd',
  systemctl: 'systemctl',
  service: 'service',
  rcService: 'rc-service',
  restorecon: 'restorecon',
};

/** Where each program is; absent ones are left out. @throws HostFailure */
export async function findPrograms(host: HostReader): Promise<Programs> {
  const found = await Promise.all(
    Object.entries(NAMES).map(async ([key, name]) => [key, await findProgram(host, name)] as const),
  );
  const programs: Programs = Object.fromEntries(found.filter(([, path]) => path !== undefined));
  if (!programs.restorecon || (await host.look(SELINUX))) return programs;
  const { restorecon: _unused, ...rest } = programs;
  return rest;
}

/** One program by its name, in the directories that only root can write. @throws HostFailure */
export async function findProgram(
  host: HostReader,
  name: string,
): Promise<AbsolutePath | undefined> {
  for (const directory of DIRECTORIES) {
    const path = join(directory, name);
    if (await host.look(path)) return path;
  }
  return undefined;
}
