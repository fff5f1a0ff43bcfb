/** The host's own programs, in directories that only root can write; never by the caller's PATH. */

import type { HostReader } from '../host/host.ts';
import { absolutePath, join, type AbsolutePath } from '../paths.ts';
import type { Programs } from './facts.ts';

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
    Object.entries(NAMES).map(async ([key, name]) => [key, await find(host, name)] as const),
  );
  return Object.fromEntries(found.filter(([, path]) => path !== undefined));
}

async function find(host: HostReader, name: string): Promise<AbsolutePath | undefined> {
  for (const directory of DIRECTORIES) {
    const path = join(directory, name);
    if (await host.look(path)) return path;
  }
  return undefined;
}
