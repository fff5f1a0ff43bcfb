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
/** /etc/audit is read-only there, and nowhere else. */
const READ_ONLY = [
  '/usr/bin/unshare',
  '--mount',
  '/bin/sh',
  '-c',
  'mount --bind /etc/audit /etc/audit && mount -o remount,bind,ro /etc/audit && exec "$@"',
  'sh',
] as const;
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

describe('with a read-only /etc/audit', () => {
  test('fix exits 78 before the first write, and says which mount it is', async () => {
    await dockaudit('rollback', '--yes');
    const before = everything();
    const said = await dockauditBy(READ_ONLY, 'fix', '--yes');
    expect(said.status).toBe(78);
    expect(said.stderr).toContain('cannot change /etc/audit: /etc/audit is mounted read-only');
    expect(everything()).toEqual(before);
    expect((await dockaudit('history')).stdout).not.toContain('needs a person');
  });

  test('an undo exits 78, too, and check and plan are told', async () => {
    expect((await dockaudit('--yes', '--no-restart')).status).toBe(0);
    const before = everything();
    expect((await dockauditBy(READ_ONLY, 'rollback', '--yes')).status).toBe(78);
    expect((await dockauditBy(READ_ONLY, 'check')).status).toBe(0);
    expect(everything()).toEqual(before);
  });
});
