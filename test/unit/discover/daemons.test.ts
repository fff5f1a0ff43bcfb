/**
 * Which dockerd a host has, and what is said where it has none.
 * Source: measured facts §9 (where packages put it), the comparison's T36–T39 and T53.
 */

import { describe, expect, it } from 'vitest';
import {
  factsOn,
  processFiles,
  saidOf,
  targetsOf,
  together,
  type Differences,
} from '../../support/places.ts';

const DAEMON = { kind: 'daemon' } as const;
const PROGRAM = ['program'];
const LITERAL = '(/usr/bin/dockerd)';

const unit = (exec: string): Differences => ({
  files: { '/usr/lib/systemd/system/docker.service': ['[Service]', `ExecStart=${exec}`] },
});
const put = (...paths: readonly string[]): Differences => ({
  files: Object.fromEntries(paths.map((path) => [path, PROGRAM])),
});
/** Docker is neither installed nor running. */
const WITHOUT: Differences = { scenario: 'no-docker' };
/** It is installed, and does not run. */
const STOPPED: Differences = { removed: ['/proc/731', '/run/docker.pid'] };
const UNINSTALLED: Differences = together(STOPPED, {
  removed: ['/usr/sbin/dockerd', '/usr/lib/systemd/system/docker.service'],
});
const SNAP = together(UNINSTALLED, put('/snap/docker/2932/bin/dockerd'), {
  links: { '/snap/docker/current': '2932' },
  files: {
    '/etc/systemd/system/snap.docker.dockerd.service': [
      '[Service]',
      'ExecStart=/usr/bin/snap run docker.dockerd',
    ],
  },
});

describe('the daemon', () => {
  it.each<[situation: string, host: Differences, targets: readonly string[]]>([
    ['of Debian, and the book’s path', {}, ['/usr/sbin/dockerd', LITERAL]],
    ['that does not run', STOPPED, ['/usr/sbin/dockerd', LITERAL]],
    [
      'and another one that is installed beside it',
      put('/usr/bin/dockerd', '/usr/local/bin/dockerd'),
      ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd'],
    ],
    [
      'that the book’s path is a link to: the link as well',
      { links: { '/usr/bin/dockerd': '../sbin/dockerd' } },
      ['/usr/sbin/dockerd', '/usr/bin/dockerd'],
    ],
    ['by another spelling of its one file', unit('/sbin/dockerd'), ['/usr/sbin/dockerd', LITERAL]],
    [
      'of the unit and another one that runs',
      together(put('/opt/docker/dockerd'), processFiles(900, '/opt/docker/dockerd')),
      ['/usr/sbin/dockerd', '/opt/docker/dockerd', LITERAL],
    ],
    [
      'that was replaced while it runs',
      together(UNINSTALLED, put('/opt/docker/dockerd'), {
        ...processFiles(900, '/opt/docker/dockerd'),
        links: { '/proc/900/exe': '/opt/docker/dockerd (deleted)' },
      }),
      ['/opt/docker/dockerd', LITERAL],
    ],
    [
      'and none that runs in a container',
      together(
        put('/opt/docker/dockerd'),
        processFiles(900, '/opt/docker/dockerd', { namespace: 4026532999 }),
      ),
      ['/usr/sbin/dockerd', LITERAL],
    ],
    [
      'and one that runs in a home, but as root',
      together(put('/root/dockerd'), processFiles(900, '/root/dockerd')),
      ['/usr/sbin/dockerd', '/root/dockerd', LITERAL],
    ],
    [
      'and none that a person runs from a home',
      together(
        put('/home/ada/bin/dockerd'),
        processFiles(900, '/home/ada/bin/dockerd', { uid: 1000 }),
      ),
      ['/usr/sbin/dockerd', LITERAL],
    ],
    [
      'and none that a person put where everybody may write',
      together(put('/tmp/dockerd'), processFiles(900, '/tmp/dockerd', { uid: 1000 })),
      ['/usr/sbin/dockerd', LITERAL],
    ],
    [
      'that only a person runs, from a place that is root’s',
      together(
        UNINSTALLED,
        put('/opt/docker/dockerd'),
        processFiles(900, '/opt/docker/dockerd', { uid: 1000 }),
      ),
      ['/opt/docker/dockerd', LITERAL],
    ],
    [
      'that only a person runs, from a place of the host',
      together(
        UNINSTALLED,
        put('/usr/bin/dockerd'),
        processFiles(900, '/usr/bin/dockerd', { uid: 1000 }),
      ),
      ['/usr/bin/dockerd'],
    ],
    [
      'of Red Hat, by the name of old',
      together(UNINSTALLED, put('/usr/bin/dockerd-current'), unit('/usr/bin/dockerd-current')),
      ['/usr/bin/dockerd-current', LITERAL],
    ],
    [
      'whose link leads elsewhere',
      together(UNINSTALLED, put('/opt/docker/dockerd'), {
        links: { '/usr/bin/dockerd': '/opt/docker/dockerd' },
      }),
      ['/usr/bin/dockerd', '/opt/docker/dockerd'],
    ],
    [
      'that is a link to nothing is none',
      { links: { '/usr/local/bin/dockerd': '/opt/gone/dockerd' } },
      ['/usr/sbin/dockerd', LITERAL],
    ],
    ['of the snap, by its revision', SNAP, ['/snap/docker/2932/bin/dockerd', LITERAL]],
  ])('%s', async (_, host, targets) => {
    const { found } = await factsOn(host, DAEMON);
    expect(targetsOf(found)).toEqual(targets);
  });

  it.each<[situation: string, host: Differences, note: string]>([
    ['a snap', SNAP, 'each revision of the Docker snap brings a new file'],
    [
      'a unit that hides which one it starts',
      together(STOPPED, unit('/bin/sh -c "exec dockerd $OPTS"')),
      'docker.service starts /bin/sh',
    ],
    [
      'a rootless daemon',
      processFiles(900, '/usr/sbin/dockerd', { uid: 1000 }),
      'a user runs dockerd rootless',
    ],
  ])('of %s has a note', async (_, host, note) => {
    const { found } = await factsOn(host, DAEMON);
    expect(found.kind).toBe('found');
    expect(saidOf(found)).toContain(note);
  });

  it('has no note where all is plain', async () => {
    const { found } = await factsOn({}, DAEMON);
    expect(saidOf(found)).toBe('');
  });

  it('of an image is not looked for in its /proc', async () => {
    const host = together(
      UNINSTALLED,
      put('/opt/docker/dockerd'),
      processFiles(900, '/opt/docker/dockerd'),
    );
    const { found, facts } = await factsOn(host, DAEMON, { live: false });
    expect(found.kind).toBe('notApplicable');
    expect(facts.docker.processes).toEqual([]);
  });
});

describe('no daemon', () => {
  it.each<[situation: string, host: Differences, reason: readonly string[]]>([
    ['at all', WITHOUT, ['no docker.service', 'no dockerd here']],
    ['but containerd', WITHOUT, ['/usr/bin/containerd is here without it']],
    [
      'but podman behind Docker’s name, as a script',
      together(WITHOUT, {
        files: { '/usr/bin/docker': ['#!/bin/sh', 'exec /usr/bin/podman "$@"'] },
      }),
      ['/usr/bin/docker is podman'],
    ],
    [
      'but podman behind Docker’s name, as a link',
      together(WITHOUT, put('/usr/bin/podman'), { links: { '/usr/bin/docker': 'podman' } }),
      ['/usr/bin/docker is podman'],
    ],
    ['but k3s', together(WITHOUT, put('/usr/local/bin/k3s')), ['/usr/local/bin/k3s']],
    [
      'but a person’s own, by its file',
      together(WITHOUT, put('/home/ada/bin/dockerd')),
      ['only a person', '/home/ada/bin/dockerd'],
    ],
    [
      'but a person’s own, by its unit',
      together(WITHOUT, {
        files: { '/home/ada/.config/systemd/user/docker.service': ['[Service]'] },
      }),
      ['/home/ada/.config/systemd/user/docker.service'],
    ],
    [
      'but a person’s own, that runs',
      together(WITHOUT, processFiles(900, '/home/ada/docker/dockerd', { uid: 1000 })),
      ['/home/ada/docker/dockerd'],
    ],
    [
      'but many a person’s own',
      together(
        WITHOUT,
        ...[1, 2, 3, 4, 5].map((n) => processFiles(900 + n, `/tmp/${n}/dockerd`, { uid: 1000 })),
      ),
      ['/tmp/1/dockerd, /tmp/2/dockerd, /tmp/3/dockerd and 2 more'],
    ],
    [
      'on disk, although root runs one',
      together(WITHOUT, processFiles(900, '/opt/docker/dockerd')),
      ['its file is gone (/opt/docker/dockerd)'],
    ],
    [
      'although the unit names one',
      together(UNINSTALLED, unit('/usr/bin/dockerd -H fd://')),
      ['docker.service starts /usr/bin/dockerd', 'no dockerd here'],
    ],
  ])('%s', async (_, host, reason) => {
    const { found } = await factsOn(host, DAEMON);
    expect(found.kind).toBe('notApplicable');
    for (const part of reason) expect(saidOf(found)).toContain(part);
  });

  it('does not look into a home on a network', async () => {
    const host = together(WITHOUT, put('/home/ada/bin/dockerd'), {
      files: {
        '/proc/self/mountinfo': [
          '22 1 254:1 / / rw - ext4 /dev/vda1 rw',
          '30 22 0:40 / /home rw - nfs4 server:/home rw',
        ],
      },
    });
    const { found } = await factsOn(host, DAEMON);
    expect(saidOf(found)).not.toContain('/home/ada');
  });

  it('is watched all the same, if that is asked for', async () => {
    const { found } = await factsOn(WITHOUT, DAEMON, { includeAbsent: true });
    expect(targetsOf(found)).toEqual(['/usr/bin/dockerd']);
    expect(saidOf(found)).toContain('no dockerd here');
  });
});

describe('what runs', () => {
  it('is told with its start, by pid', async () => {
    const host = together(
      processFiles(900, '/usr/bin/containerd', { ticks: 150 }),
      processFiles(77, '/usr/sbin/sshd'),
      put('/usr/sbin/sshd'),
    );
    const { facts } = await factsOn(host, DAEMON);
    expect(facts.docker.processes).toEqual([
      // 9.12 s after btime 1768896000, which is 2026-01-20 08:00 UTC.
      {
        pid: 731,
        program: 'dockerd',
        path: '/usr/sbin/dockerd',
        startedAt: '2026-01-20T08:00:09.120Z',
      },
      {
        pid: 900,
        program: 'containerd',
        path: '/usr/bin/containerd',
        startedAt: '2026-01-20T08:00:01.500Z',
      },
    ]);
  });

  it('is told without its start where /proc does not say it', async () => {
    const host = { files: { '/proc/731/stat': ['731 (dockerd) S 1 no numbers here'] } };
    const { facts } = await factsOn(host, DAEMON);
    expect(facts.docker.processes).toEqual([
      { pid: 731, program: 'dockerd', path: '/usr/sbin/dockerd' },
    ]);
  });

  it('is found by the pid file, whatever it calls itself', async () => {
    const host = { files: { '/proc/731/comm': ['renamed'] } };
    const { facts } = await factsOn(host, DAEMON);
    expect(facts.docker.processes.map(({ pid }) => pid)).toEqual([731]);
  });

  it('is no script that starts one, and no file that only begins so', async () => {
    const host = together(
      processFiles(900, '/usr/bin/dockerd-rootless.sh'),
      processFiles(901, '/usr/bin/dockerdx'),
    );
    const { facts } = await factsOn(host, DAEMON);
    expect(facts.docker.processes.map(({ pid }) => pid)).toEqual([731]);
  });
});
