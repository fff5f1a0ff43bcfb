/** The 28 situations on which scanners were compared, two controls each: who judged how many rightly. */

import { dockaudit, goldenHost, readReport } from '../support/golden.ts';
import { manifestOf, situations } from '../support/situations.ts';

/**
 * Verdicts of others on the daemon and on docker.socket that are right. The first ran as it is; of the
 * next two the commands ran in a shell; the last two were restated from their source. Each read the
 * listing, the status and the unit of test/corpus/situations.json; a fail passes for partial.
 */
const PEERS = [
  ['docker-bench-security 1.6.0', 14, 16],
  ["CIS Docker 1.2.0, the book's commands", 14, 13],
  ['aquasecurity/docker-bench, cis-1.2', 14, 14],
  ['dev-sec/cis-docker-benchmark 2.1.4', 13, 14],
  ['Datadog, cis-docker 1.2.0', 20, 17],
] as const;

const CONTROLS = ['1.2.3', '1.2.7'] as const;

/** A row for each: name, right on the daemon, right on docker.socket, right in all. */
export async function scores(): Promise<readonly (readonly string[])[]> {
  const right = { '1.2.3': 0, '1.2.7': 0 };
  let asked = 0;
  for (const situation of situations) {
    using made = await goldenHost(manifestOf(situation));
    const { findings } = readReport(await dockaudit(made.host, ['check', '--format', 'json']));
    for (const control of CONTROLS) {
      asked++;
      const found = findings.find((one) => one.control === control);
      if (found?.verdict === situation.expected[control]) right[control]++;
    }
  }
  const ours = ['dockaudit', right['1.2.3'], right['1.2.7']] as const;
  return [ours, ...PEERS].map(([name, daemon, socket]) => [
    name,
    String(daemon),
    String(socket),
    `${daemon + socket} of ${asked}`,
  ]);
}
