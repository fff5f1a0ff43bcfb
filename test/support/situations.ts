/**
 * The 28 situations on which scanners were compared, as golden hosts: the files hold the same rules as
 * the listing, and the host booted with them. Source: test/corpus/situations.json.
 */

import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parseManifest, type Manifest } from './golden.ts';

const situation = v.object({
  id: v.string(),
  situation: v.string(),
  listing: v.array(v.string()),
  listingExit: v.number(),
  listingStderr: v.string(),
  kernelEnabled: v.number(),
  dockerSocketFragmentPath: v.string(),
  dockerSocketUnit: v.array(v.string()),
  dockerd: v.string(),
  expected: v.record(v.string(), v.string()),
});

export type Situation = v.InferOutput<typeof situation>;

const corpus = new URL('../corpus/situations.json', import.meta.url);
export const situations = v.parse(v.array(situation), JSON.parse(readFileSync(corpus, 'utf8')));

const DAEMONS = ['/usr/bin/dockerd', '/usr/sbin/dockerd'];
const RULES = '/etc/audit/rules.d/50-listing.rules';
const SOCKET = ['[Socket]', 'ListenStream=/run/docker.sock'];
const NOBODY = ['Name:\tdockaudit', 'Uid:\t1000\t1000\t1000\t1000', 'CapEff:\t0000000000000000'];

/** The host of `wanted`. */
export function manifestOf(wanted: Situation): Manifest {
  const { listing, listingExit, listingStderr, kernelEnabled, dockerd } = wanted;
  const refusal = { status: listingExit, stderr: [listingStderr] };
  const units = wanted.dockerSocketUnit.map((folder) => [`${folder}/docker.socket`, SOCKET]);
  const wantsRoot = listingStderr.includes('must be root');
  return parseManifest(
    JSON.stringify({
      situation: wanted.situation,
      source: wanted.id,
      removed: [
        ...DAEMONS.filter((path) => path !== dockerd && path !== '/usr/bin/dockerd'),
        '/usr/lib/systemd/system/docker.socket',
      ],
      directories: ['/opt/docker-socket-proxy/bin'],
      links: { '/proc/731/exe': dockerd },
      files: {
        ...Object.fromEntries(units),
        [dockerd]: ['binary'],
        '/usr/lib/systemd/system/docker.service': ['[Service]', `ExecStart=${dockerd} -H fd://`],
        [RULES]: listing.filter((line) => line !== 'No rules'),
        ...(wantsRoot ? { '/proc/self/status': NOBODY } : {}),
      },
      commands: [`/usr/sbin/auditctl -e ${kernelEnabled}`],
      answers:
        listingExit === 0
          ? {}
          : { 'auditctl -l': refusal, 'auditctl -s': refusal, 'auditctl -v': refusal },
      ...(wanted.dockerSocketUnit.length > 0
        ? { fragmentPath: wanted.dockerSocketFragmentPath }
        : {}),
      expected: { exit: 0, verdicts: {} },
    }),
  );
}
