/** With what a dossier was made: the tool and the programs and the system that it ran upon. */

import type { Facts } from '../discover/facts.ts';
import { readLine, readText } from '../discover/small-files.ts';
import type { HostReader } from '../host/host.ts';
import { absolutePath } from '../paths.ts';
import { document } from '../report/json.ts';
import type { Run } from '../report/report.ts';
import { encode } from '../text.ts';
import type { DossierFile } from './manifest.ts';

const RELEASE = absolutePath('/proc/sys/kernel/osrelease');
const OS_RELEASES = ['/etc/os-release', '/usr/lib/os-release'].map(absolutePath);

/** @throws HostFailure */
export async function versionsOf(
  host: HostReader,
  { tool }: Run,
  { version, machine }: Facts,
): Promise<readonly DossierFile[]> {
  const kernel = await readLine(host, RELEASE);
  const releases = await Promise.all(OS_RELEASES.map((path) => readText(host, path)));
  const release = releases.find((text) => text !== undefined);
  const versions = {
    dockaudit: tool.version,
    node: process.version,
    audit: version?.join('.') ?? null,
    kernel: kernel === '' ? null : kernel,
    distribution: machine.distribution.title,
    architecture: machine.architecture,
  };
  return [
    { path: 'versions.json', bytes: encode(`${document(versions)}\n`) },
    ...(release === undefined ? [] : [{ path: 'os-release', bytes: encode(release) }]),
  ];
}
