/** Who may not, and where it cannot work: said, and nothing is touched. */

import { beforeAll, describe, expect, test } from 'vitest';
import {
  begin,
  daemonPid,
  dockaudit,
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

beforeAll(async () => {
  await begin({ daemon: 'running' });
  await dockaudit('--yes', '--no-restart');
});

function everything(): object {
  return { machine: machine(), untouched: untouched(), pid: daemonPid() };
}

describe.each([
  ['not root', NOBODY, 77, 'root'],
  ['in a pid namespace of its own', PID_NAMESPACE, 78, 'container'],
  ['in a user namespace of its own', USER_NAMESPACE, 78, 'container'],
] as const)('%s', (_, by, status, word) => {
  test.each(['check', 'fix --yes', 'plan'])(`%s exits ${status}`, async (line) => {
    const before = everything();
    const said = await dockauditBy(by, ...line.split(' '), '--format', 'json');
    const report: Report = JSON.parse(said.stdout);
    expect(said.status).toBe(status);
    expect(verdicts(report)).toEqual(['1.2.3 error', '1.2.7 error']);
    expect(said.stdout).toContain(word);
    expect(everything()).toEqual(before);
  });

  test(`rollback exits ${status}`, async () => {
    const before = everything();
    const said = await dockauditBy(by, 'rollback', '--yes');
    expect(said).toMatchObject({ status, stderr: expect.stringContaining(word) });
    expect(everything()).toEqual(before);
  });
});
