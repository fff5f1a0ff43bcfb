/**
 * Other ways to load and to restart, made on Debian by drop-ins: Red Hat's unit that refuses a stop, and
 * a unit that loads audit.rules as it is. Source: measured facts, audit §7; README.Debian of auditd.
 */

import { describe, expect, it } from 'vitest';
import type { Guest } from './guest/guest.ts';
import { RELEASES } from './guest/releases.ts';
import { condition, daemonPid, dockaudit, done, hostOf, table } from './guest/scene.ts';

/** A drop-in, and what it says. */
async function dropIn(host: Guest, unit: string, text: string): Promise<void> {
  const folder = `/etc/systemd/system/${unit}.service.d`;
  await done(
    host,
    `mkdir -p ${folder} && cat >${folder}/local.conf && systemctl daemon-reload`,
    text,
  );
}

/** As Red Hat's: an action of its own where there is one, else systemctl. */
const SERVICE = `#!/bin/sh
action=/usr/libexec/initscripts/legacy-actions/$1/$2
[ ! -x "$action" ] || exec "$action"
exec systemctl "$2" "$1"
`;
const LEGACY_RESTART = `#!/bin/sh
echo legacy >>/run/legacy-actions
kill -TERM "$(cat /run/auditd.pid)"
while [ -e /run/auditd.pid ]; do sleep 0.1; done
exec systemctl start auditd.service
`;
const LEGACY_FOLDER = '/usr/libexec/initscripts/legacy-actions/auditd';

describe.each(RELEASES.filter(({ version }) => version === 13))('$name', (release) => {
  const host = hostOf(release);

  it.each([
    ['a service with an action for it', 'legacy\n'],
    ['no service', ''],
  ])('the unit refuses a stop, and there is %s: auditd is restarted', async (_, expected) => {
    await dropIn(host, 'auditd', '[Unit]\nRefuseManualStop=yes\n');
    expect((await host.run('systemctl restart auditd')).status).not.toBe(0);
    if (expected === '') await done(host, 'rm /usr/sbin/service');
    else {
      await done(host, 'cat >/usr/sbin/service', SERVICE);
      await done(
        host,
        `mkdir -p ${LEGACY_FOLDER} && cat >${LEGACY_FOLDER}/restart`,
        LEGACY_RESTART,
      );
      await done(host, `chmod 755 ${LEGACY_FOLDER}/restart`);
    }
    const [before, pid] = [await condition(host), await daemonPid(host)];

    await dockaudit(host, 'fix --yes', 0);
    expect(await daemonPid(host)).not.toBe(pid);
    expect((await host.run('cat /run/legacy-actions')).stdout).toBe(expected);
    await dockaudit(host, 'check', 0);
    await dockaudit(host, 'rollback --yes', 0);
    expect(await condition(host)).toBe(before);
  });
});

describe.each(RELEASES)('$name', (release) => {
  const host = hostOf(release);
  const [unit, setting] =
    release.version === 13 ? ['audit-rules', 'ExecStart'] : ['auditd', 'ExecStartPost'];

  it('audit.rules is loaded as it is: ours go there, and are in force after a reboot', async () => {
    await dropIn(
      host,
      unit,
      `[Service]\n${setting}=\n${setting}=-/sbin/auditctl -R /etc/audit/audit.rules\n`,
    );
    await done(host, "echo '-w /etc/passwd -p wa -k identity' >>/etc/audit/audit.rules");
    await done(host, 'auditctl -R /etc/audit/audit.rules');
    const before = await condition(host);

    await dockaudit(host, 'fix --yes', 0);
    expect(await done(host, 'ls /etc/audit/rules.d')).toBe('audit.rules\n');
    const rules = await table(host);
    expect(rules).toEqual(expect.arrayContaining(['-w /usr/sbin/dockerd -p rwxa -k docker']));
    await host.reboot();
    expect(await table(host)).toEqual(rules);
    await dockaudit(host, 'check', 0);
    await dockaudit(host, 'rollback --yes', 0);
    expect(await condition(host)).toBe(before);
  });
});
