/** Kernels whose rules are locked until the next boot. */

import { describe, expect, it } from 'vitest';
import { RELEASES } from './guest/releases.ts';
import { condition, dockaudit, done, hostOf, table } from './guest/scene.ts';

describe.each(RELEASES)('$name', (release) => {
  const host = hostOf(release);

  it('an immutable kernel: exit 3 and no second byte, and after a reboot all passes', async () => {
    await done(host, "echo '-e 2' >/etc/audit/rules.d/99-lock.rules && augenrules --load");
    expect(await done(host, 'auditctl -s')).toContain('enabled 2');

    await dockaudit(host, 'fix --yes', 3);
    expect(await table(host)).toEqual([]);
    const pending = await condition(host);
    await dockaudit(host, 'fix --yes', 3);
    await dockaudit(host, 'check', 3);
    expect(await condition(host)).toBe(pending);

    await host.reboot();
    await dockaudit(host, 'check', 0);
    expect(await done(host, 'auditctl -s')).toContain('enabled 2');

    await dockaudit(host, 'rollback --yes', 3);
    expect(await table(host)).not.toEqual([]);
    await host.reboot();
    expect(await table(host)).toEqual([]);
    await dockaudit(host, 'check', 2);
  });
});
