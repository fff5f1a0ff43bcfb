/** A real dockerd: who reads it, also from within a container, and what replaces it, is recorded. */

import { describe, expect, it } from 'vitest';
import { RELEASES } from './guest/releases.ts';
import { dockaudit, done, hostOf } from './guest/scene.ts';

/** Records with our key, made by a program that says its name. */
const recordsOf = (program: string): string =>
  `ausearch --input-logs --raw -k docker | grep 'type=SYSCALL.*comm="${program}".*key="docker"'`;

/** An image of BusyBox alone, made from the guest's own. */
const IMAGE = `
mkdir -p /root/image/bin && cp /bin/busybox /root/image/bin
ln -s busybox /root/image/bin/head
tar -C /root/image -c . | docker import - own`;

describe.each(RELEASES)('$name', (release) => {
  const host = hostOf(release);

  it('a container that reads dockerd, bound into it, is recorded', async () => {
    await done(host, 'systemctl start docker');
    await dockaudit(host, 'fix --yes', 0);
    await done(host, IMAGE);
    await done(
      host,
      'docker run --network none -v /usr/sbin:/there:ro own head -c 4 /there/dockerd',
    );
    await expect
      .poll(() => host.run(recordsOf('head')), { timeout: 60_000 })
      .toMatchObject({ status: 0 });
    expect(await done(host, recordsOf('head'))).toContain('exe="/bin/busybox"');
    await dockaudit(host, 'check', 0);
  });

  it('dockerd is replaced as by an upgrade: the new one is watched', async () => {
    await dockaudit(host, 'fix --yes', 0);
    await done(host, 'cd /usr/sbin && cp -p dockerd .dockerd-new && mv .dockerd-new dockerd');
    await done(host, 'tail -c 4 /usr/sbin/dockerd >/dev/null');
    await expect
      .poll(() => host.run(recordsOf('tail')), { timeout: 60_000 })
      .toMatchObject({ status: 0 });
    await dockaudit(host, 'check', 0);
  });
});
