/** Who may not, and where it cannot work: said, and nothing is touched. */

import { beforeAll, describe, expect, test } from 'vitest';
import {
  begin,
  daemonPid,
  dockauditBy,
  liveKernel,
  machine,
  untouched,
  type Report,
  verdicts,
} from '../support/kernel.ts';

liveKernel();

const NOBODY = ['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const;
const PID_NAMESPACE = ['/usr/bin/unshare', '--pid', '--fork', '--mount-proc'] as const;
const USER_NAMESPACE = ['/usr/bin/unshare', '--user', '--map-root-user'] as const;

beforeAll(() => begin({ daemon: 'running' }));

function everything(): object {
  return { machine: machine(), untouched: untouched(), pid: daemonPid() };
}

describe.each([
  ['not root', NOBODY, 77, 'root'],
  ['in a pid namespace of its own', PID_NAMESPACE, 78, 'container'],
  ['in a user namespace of its own', USER_NAMESPACE, 78, 'container'],
] as const)('%s', (_, by, status, word) => {
  test.each([['check'], ['fix', '--yes'], ['plan']])(`%s %s exits ${status}`, async (...args) => {
    const before = everything();
    const words = args.filter((one) => one !== undefined);
    const said = await dockauditBy(by, ...words, '--format', 'json');
    const report: Report = JSON.parse(said.stdout);
    expect(said.status).toBe(status);
    expect(verdicts(report)).toEqual(['1.2.3 error', '1.2.7 error']);
    expect(said.stdout).toContain(word);
    expect(everything()).toEqual(before);
  });

  test(`rollback exits ${status}`, async () => {
    const said = await dockauditBy(by, 'rollback', '--yes');
    expect(said).toMatchObject({ status, stderr: expect.stringContaining(word) });
  });
});
