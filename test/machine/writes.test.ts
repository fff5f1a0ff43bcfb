/** Where /etc/audit takes no write, and where a line of others stops the load. */

import { describe, expect, it } from 'vitest';
import { RELEASES } from './guest/releases.ts';
import { condition, daemonPid, dockaudit, done, hostOf } from './guest/scene.ts';

/** A file system of its own over /etc/audit, which holds what was there, filled to the last block. */
const FILL = `
cp -a /etc/audit /root/audit
mount -t tmpfs -o size=64k,mode=750 tmpfs /etc/audit
cp -a /root/audit/. /etc/audit
dd if=/dev/zero of=/etc/audit/filler 2>/dev/null
test "$(stat -f -c %a /etc/audit)" = 0`;

describe.each(RELEASES)('$name', (release) => {
  const host = hostOf(release);

  it.each([
    ['read-only', 'mount --bind /etc/audit /etc/audit && mount -o remount,bind,ro /etc/audit', 78],
    ['full', FILL, 1],
  ])('/etc/audit is %s: nothing is changed', async (_, make, status) => {
    await done(host, make);
    const [before, pid] = [await condition(host), await daemonPid(host)];
    await dockaudit(host, 'fix --yes', status);
    expect(await condition(host)).toBe(before);
    expect(await daemonPid(host)).toBe(pid);
  });

  it('a line of others that will not load stands before ours: named, and nothing is changed', async () => {
    await done(host, "echo '-w /srv/shop/orders -k shop' >/etc/audit/rules.d/10-shop.rules");
    const [before, pid] = [await condition(host), await daemonPid(host)];
    const { stdout, stderr } = await dockaudit(host, 'fix --yes', 1);
    expect(stdout + stderr).toContain('/etc/audit/rules.d/10-shop.rules:1');
    expect(await condition(host)).toBe(before);
    expect(await daemonPid(host)).toBe(pid);
  });
});
