/** Which directories are missing when rules load at boot. Source: measured facts §9, fstab(5), proc(5). */

import { describe, expect, it } from 'vitest';
import { missingAtBoot, mountOf, readMounts } from '../../../src/discover/mounts.ts';
import { absolutePath } from '../../../src/paths.ts';
import { goldenHost, parseManifest } from '../../support/golden.ts';

const ROOT = '22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw';
const RUN = '25 22 0:23 / /run rw,nosuid shared:4 - tmpfs tmpfs rw,mode=755';

async function mounts(mountinfo: readonly string[], fstab: readonly string[]) {
  const host = {
    situation: 'mounts',
    source: 'proc(5)',
    boots: false,
    files: { '/proc/self/mountinfo': [ROOT, RUN, ...mountinfo], '/etc/fstab': fstab },
    expected: { exit: 0, verdicts: {} },
  };
  using made = await goldenHost(parseManifest(JSON.stringify(host)));
  return readMounts(made.host);
}

const below = (point: string, type: string) => [
  `30 22 0:40 / ${point} rw shared:9 - ${type} source rw`,
];

describe('a directory that rules name', () => {
  it.each<
    [directory: string, mountinfo: readonly string[], fstab: readonly string[], missing: boolean]
  >([
    ['/etc/docker', [], [], false],
    ['/usr/bin', [], [], false],
    ['/', [], [], false],
    ['/run', [], [], false],
    ['/run/containerd', [], [], true],
    ['/runner', [], [], false],
    ['/snap/docker/current/bin', [], [], true],
    ['/srv/data', below('/srv', 'ext4'), ['/dev/vdb /srv ext4 defaults 0 2'], false],
    ['/srv/data', below('/srv', 'ext4'), ['/dev/vdb /srv ext4 defaults,nofail 0 2'], true],
    ['/srv/data', below('/srv', 'ext4'), ['/dev/vdb /srv ext4 noauto 0 2'], true],
    ['/srv/data', below('/srv', 'ext4'), ['/dev/vdb /srv ext4 x-systemd.automount 0 2'], true],
    ['/srv/data', below('/srv', 'ext4'), ['/dev/vdb /srv ext4 _netdev 0 2'], true],
    ['/srv/data', below('/srv', 'ext4'), ['# /dev/vdb /srv ext4 nofail 0 2'], false],
    ['/srv/data', below('/srv', 'nfs4'), [], true],
    ['/srv/data', below('/srv', 'cifs'), [], true],
    ['/srv/data', below('/srv', 'fuse.sshfs'), [], true],
    ['/srv/data', below('/srv', 'autofs'), [], true],
    ['/srv/data', below('/srv', 'xfs'), [], false],
    ['/tmp/x', below('/tmp', 'tmpfs'), [], true],
    ['/tmp', below('/tmp', 'tmpfs'), [], false],
    ['/a b/c', below(String.raw`/a\040b`, 'nfs'), [], true],
  ])('%s with %j and %j', async (directory, mountinfo, fstab, missing) => {
    const reason = missingAtBoot(absolutePath(directory), await mounts(mountinfo, fstab));
    expect(reason !== undefined, reason).toBe(missing);
  });
});

describe('the mount that holds a path', () => {
  it.each([
    ['/srv/data/x', '/srv/data'],
    ['/srv/data', '/srv/data'],
    ['/srv/database', '/srv'],
    ['/etc', '/'],
  ])('%s is %s', async (path, point) => {
    const found = await mounts([...below('/srv', 'ext4'), ...below('/srv/data', 'xfs')], []);
    expect(mountOf(absolutePath(path), found)?.point).toBe(point);
  });

  it('is the last of several at one point', async () => {
    const found = await mounts([...below('/srv', 'ext4'), ...below('/srv', 'nfs')], []);
    expect(mountOf(absolutePath('/srv/x'), found)?.type).toBe('nfs');
  });

  it.each([
    ['rw,relatime', 'rw', false],
    ['ro,relatime', 'rw', true],
    ['rw,relatime', 'ro', true],
  ])('is read-only: %s and %s', async (options, superOptions, readOnly) => {
    const line = `31 22 0:41 / /srv ${options} shared:9 - ext4 /dev/vdb ${superOptions}`;
    expect(mountOf(absolutePath('/srv'), await mounts([line], []))?.readOnly).toBe(readOnly);
  });
});
