/** The road of a change on a host that boots: systemd, auditd and augenrules as Debian ships them. */

import { describe, expect, it } from 'vitest';
import { RELEASES } from './guest/releases.ts';
import { condition, daemonPid, dockaudit, hostOf, table } from './guest/scene.ts';

describe.each(RELEASES)('$name', (release) => {
  const host = hostOf(release);

  it('fixes, restarts, and passes after a reboot; the undo brings all back', async () => {
    const before = await condition(host);
    const pid = await daemonPid(host);
    expect(await dockaudit(host, 'check')).toMatchObject({ status: 2 });

    expect(await dockaudit(host, 'fix --yes')).toMatchObject({ status: 0 });
    expect(await daemonPid(host)).not.toBe(pid);
    const rules = await table(host);
    expect(rules).toContain('-w /usr/sbin/dockerd -p rwxa -k docker');

    await host.reboot();
    expect(await table(host)).toEqual(rules);
    expect(await dockaudit(host, 'check')).toMatchObject({ status: 0 });

    expect(await dockaudit(host, 'rollback --yes')).toMatchObject({ status: 0 });
    expect(await condition(host)).toBe(before);
    expect(await dockaudit(host, 'check')).toMatchObject({ status: 2 });
  });
});
