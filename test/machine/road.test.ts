/** The road of a change on a host that boots: systemd, auditd and augenrules as Debian ships them. */

import { describe, expect, it } from 'vitest';
import { RELEASES } from './guest/releases.ts';
import { condition, daemonPid, dockaudit, done, hostOf, table } from './guest/scene.ts';

/** Before ours and after ours in the order of names, and in the forms that hardening guides use. */
const FOREIGN = `
cd /etc/audit/rules.d
echo '-w /etc/passwd -p wa -k identity' >30-identity.rules
echo '-a always,exit -F arch=b64 -S mount -F auid>=1000 -F auid!=unset -k mounts' >>30-identity.rules
echo '-w /etc/shadow -p wa -k identity' >zzz-last.rules
augenrules --load`;

describe.each(RELEASES)('$name', (release) => {
  const host = hostOf(release);

  it('fixes, restarts, and passes after a reboot; the undo brings all back', async () => {
    const [before, pid] = [await condition(host), await daemonPid(host)];
    await dockaudit(host, 'check', 2);

    await dockaudit(host, 'fix --yes', 0);
    expect(await daemonPid(host)).not.toBe(pid);
    const rules = await table(host);
    expect(rules).toContain('-w /usr/sbin/dockerd -p rwxa -k docker');

    await host.reboot();
    expect(await table(host)).toEqual(rules);
    await dockaudit(host, 'check', 0);

    await dockaudit(host, 'rollback --yes', 0);
    expect(await condition(host)).toBe(before);
    await dockaudit(host, 'check', 2);
  });

  it("finds the book's own remediation erased", async () => {
    await done(
      host,
      "echo '-w /usr/sbin/dockerd -k docker' >>/etc/audit/audit.rules && service auditd restart",
    );
    expect(await done(host, 'cat /etc/audit/audit.rules')).not.toContain('dockerd');
    expect(await table(host)).toEqual([]);
    await dockaudit(host, 'check', 2);
  });

  it('fixes all controls where containerd runs; after a reboot every foreign rule is there', async () => {
    await done(host, `${FOREIGN} && systemctl start containerd`);
    const foreign = await table(host);
    expect(foreign).toHaveLength(3);
    // What lies below /run is watched until the next boot alone: partial.
    await dockaudit(host, 'fix --benchmark cis-docker-1.6.0 --all --yes', 2);
    const fixed = await table(host);
    expect(fixed.filter((rule) => !rule.endsWith('docker'))).toEqual(foreign);
    expect(fixed.some((rule) => rule.includes('/run/containerd'))).toBe(true);

    await host.reboot();
    expect(await table(host)).toEqual(fixed.filter((rule) => !rule.includes('/run/containerd')));
  });
});
