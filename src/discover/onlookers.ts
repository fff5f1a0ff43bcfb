/**
 * Programs of others that watch over the files below /etc. Source: etckeeper(8) 1.18; the default
 * paths of AIDE 0.18, Tripwire 2.4, Samhain 4 and Wazuh 4 (syscheck covers /etc unless told not to).
 */

import type { HostReader } from '../host/host.ts';
import { absolutePath, join, type AbsolutePath } from '../paths.ts';
import { findProgram } from './programs.ts';

export type Onlooker =
  /** Keeps the history of /etc in the repository. */
  | {
      readonly kind: 'etckeeper';
      readonly program: AbsolutePath;
      readonly repository: AbsolutePath;
    }
  /** Compares files with what they were. */
  | { readonly kind: 'scanner'; readonly name: string; readonly settings: AbsolutePath };

const ETC = absolutePath('/etc');
const ETCKEEPER_CONF = absolutePath('/etc/etckeeper/etckeeper.conf');
/** In etckeeper's own order. */
const REPOSITORIES = ['.git', '.hg', '_darcs', '.bzr'].map((name) => join(ETC, name));

const SCANNERS: readonly { readonly name: string; readonly settings: readonly string[] }[] = [
  { name: 'AIDE', settings: ['/etc/aide/aide.conf', '/etc/aide.conf'] },
  { name: 'Tripwire', settings: ['/etc/tripwire/tw.cfg'] },
  { name: 'Samhain', settings: ['/etc/samhain/samhainrc', '/etc/samhainrc'] },
  { name: 'Wazuh', settings: ['/var/ossec/etc/ossec.conf'] },
];

/** Those whose settings are here. @throws HostFailure */
export async function findOnlookers(host: HostReader): Promise<readonly Onlooker[]> {
  const scanners = await Promise.all(
    SCANNERS.map(async ({ name, settings }): Promise<readonly Onlooker[]> => {
      const found = await firstOf(host, settings.map(absolutePath));
      return found === undefined ? [] : [{ kind: 'scanner', name, settings: found }];
    }),
  );
  return [...(await findEtckeeper(host)), ...scanners.flat()];
}

async function findEtckeeper(host: HostReader): Promise<readonly Onlooker[]> {
  if (!(await host.look(ETCKEEPER_CONF))) return [];
  const [program, repository] = await Promise.all([
    findProgram(host, 'etckeeper'),
    firstOf(host, REPOSITORIES),
  ]);
  return program && repository ? [{ kind: 'etckeeper', program, repository }] : [];
}

async function firstOf(
  host: HostReader,
  paths: readonly AbsolutePath[],
): Promise<AbsolutePath | undefined> {
  for (const path of paths) if (await host.look(path)) return path;
  return undefined;
}
