/** A change that is cut off, and one that nobody confirms: what systemd and the disk still hold. */

import { describe, expect, it } from 'vitest';
import { RELEASES } from './guest/releases.ts';
import { condition, dockaudit, done, hostOf, table } from './guest/scene.ts';

const OUR_FILE = '/etc/audit/rules.d/zz-docker.rules';

/** A fix in the background, until its file is there. */
const HALF = `dockaudit fix --yes >/dev/null 2>&1 &
until [ -e ${OUR_FILE} ]; do sleep 0.02; done`;

describe.each(RELEASES)('$name', (release) => {
  const host = hostOf(release);

  it('SIGKILL in the middle, then a reboot: recover brings all back', async () => {
    const before = await condition(host);
    await done(host, `${HALF}; kill -KILL $!`);
    await host.reboot();
    // The boot has loaded what was written: in force, and still unfinished.
    const { stdout } = await dockaudit(host, 'check', 0);
    expect(stdout).toContain('unfinished');
    await dockaudit(host, 'recover --yes', 0);
    expect(await condition(host)).toBe(before);
  });

  it('the power fails in the middle: recover ends what the journal promised', async () => {
    await done(host, `${HALF}; kill -STOP $!`);
    await host.cutPower();
    await dockaudit(host, 'recover --yes --to after', 0);
    await dockaudit(host, 'check', 0);
    expect(await table(host)).toContain('-w /usr/sbin/dockerd -p rwxa -k docker');
  });

  it('nobody confirms a change, and its session is gone: the timer of systemd undoes it', async () => {
    const before = await condition(host);
    await done(
      host,
      'systemd-run --quiet --collect --wait dockaudit fix --yes --confirm-within 90s',
    );
    expect(await done(host, 'systemctl list-timers dockaudit-confirm-*')).toContain('1 timers');
    expect(await table(host)).not.toEqual([]);
    await expect.poll(() => condition(host), { timeout: 300_000, interval: 5_000 }).toBe(before);
    const { stdout } = await dockaudit(host, 'history', 0);
    expect(stdout).toContain('not confirmed');
  });
});
