/** Hosts on which nothing can be audited, or nobody takes what is. */

import { describe, expect, it } from 'vitest';
import { RELEASES } from './guest/releases.ts';
import { condition, daemonPid, dockaudit, done, hostOf, table } from './guest/scene.ts';

const FILES = 'cd /etc/audit && find . -type f | sort | xargs sha256sum';

describe.each(RELEASES)('$name', (release) => {
  const host = hostOf(release);

  it('auditd is stopped: the fix starts it', async () => {
    await done(host, 'systemctl stop auditd');
    expect(await daemonPid(host)).toBe('0');
    await dockaudit(host, 'fix --yes', 0);
    expect(await daemonPid(host)).not.toBe('0');
    await dockaudit(host, 'check', 0);
  });

  it('auditd is masked: the reason is told, and nothing is changed', async () => {
    await done(host, 'systemctl mask --now auditd');
    const before = await condition(host);
    const { stdout, stderr } = await dockaudit(host, 'fix --yes', 1);
    expect(stdout + stderr).toContain('masked');
    expect(await condition(host)).toBe(before);
  });

  it('auditd is removed: 78, and the package is named', async () => {
    await done(host, 'dpkg --remove auditd');
    const { stdout, stderr } = await dockaudit(host, 'fix --yes', 78);
    expect(stdout + stderr).toMatch(/apt-get install.* auditd/);
    expect(await done(host, 'ls /etc/audit/rules.d')).toBe('audit.rules\n');
  });

  it.each([
    ['in another process namespace', 'unshare --pid --fork --mount-proc'],
    ['in another user namespace', 'unshare --user --map-root-user'],
    [
      'as a container does, without the capability',
      'setpriv --bounding-set=-audit_control --inh-caps=-all',
    ],
  ])('run %s: 78, and nothing is changed', async (_, way) => {
    const before = await condition(host);
    const said = await host.run(`${way} dockaudit fix --yes`, { limitMs: 300_000 });
    expect(said.status, said.stdout + said.stderr).toBe(78);
    expect(await condition(host)).toBe(before);
    expect(await table(host)).toEqual([]);
  });
});

describe.each(RELEASES)('$name', (release) => {
  const host = hostOf(release, 'audit=0');

  it('booted with audit=0: 78, the word is named, and nothing is changed', async () => {
    const before = await done(host, FILES);
    for (const words of ['check', 'fix --yes']) {
      const { stdout, stderr } = await dockaudit(host, words, 78);
      expect(stdout + stderr).toContain('audit=0');
    }
    expect(await done(host, FILES)).toBe(before);
  });
});
