/** Names of users and groups, which rules may use instead of numbers. */

import type { HostReader } from '../host/host.ts';
import { absolutePath } from '../paths.ts';
import { readText } from './small-files.ts';

export interface Accounts {
  readonly users: ReadonlyMap<string, number>;
  readonly groups: ReadonlyMap<string, number>;
}

/** From /etc/passwd and /etc/group; other name services are not asked. @throws HostFailure */
export async function readAccounts(host: HostReader): Promise<Accounts> {
  const [users, groups] = await Promise.all(
    ['/etc/passwd', '/etc/group'].map(async (path) =>
      numbersByName((await readText(host, absolutePath(path))) ?? ''),
    ),
  );
  return { users: users ?? new Map(), groups: groups ?? new Map() };
}

function numbersByName(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [name = '', , id = ''] = line.split(':');
      return /^\d+$/.test(id) ? [[name, Number(id)] as const] : [];
    }),
  );
}
