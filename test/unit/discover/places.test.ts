/**
 * Where each kind of place is on a host. Source: measured facts §9 and §10; docs.docker.com, dockerd;
 * containerd(1), containerd-config.toml(5); systemd.service(5).
 */

import { describe, expect, it } from 'vitest';
import { absolutePath } from '../../../src/paths.ts';
import {
  factsOn,
  processFiles,
  saidOf,
  targetsOf,
  together,
  type Asked,
  type Differences,
} from '../../support/places.ts';

type Row = [situation: string, host: Differences, targets: readonly string[], said?: string];

const STOPPED: Differences = { removed: ['/proc/731', '/run/docker.pid'] };
const UNINSTALLED: Differences = { scenario: 'no-docker' };

/** The words that the running dockerd was started with. */
const running = (...words: readonly string[]): Differences =>
  processFiles(731, '/usr/sbin/dockerd', { words });
const unit = (exec: string, name = 'docker.service'): Differences => ({
  files: { [`/usr/lib/systemd/system/${name}`]: ['[Service]', `ExecStart=${exec}`] },
});
const stopped = (exec: string): Differences => together(STOPPED, unit(exec));
const settings = (text: string, path = '/etc/docker/daemon.json'): Differences => ({
  texts: { [path]: text },
});
const directories = (...paths: readonly string[]): Differences => ({ directories: paths });
const put = (...paths: readonly string[]): Differences => ({
  files: Object.fromEntries(paths.map((path) => [path, ['content']])),
});
const runningContainerd = (...words: readonly string[]): Differences =>
  processFiles(900, '/usr/bin/containerd', { words });
const toml = (...lines: readonly string[]): Differences => ({
  files: { '/etc/containerd/config.toml': lines },
});
const SNAP = together(UNINSTALLED, put('/snap/docker/2932/bin/dockerd'), {
  links: { '/snap/docker/current': '2932' },
});

function each(rows: Row[], place: Parameters<typeof factsOn>[1], asked: Asked): void {
  it.each<Row>(rows)('%s', async (_, host, targets, said = '') => {
    const { found } = await factsOn(host, place, asked);
    expect(targetsOf(found), saidOf(found)).toEqual(targets);
    expect(found.kind).toBe(targets.length > 0 ? 'found' : 'notApplicable');
    expect(saidOf(found)).toContain(said);
    // Where nothing is said, nothing is expected.
    expect(saidOf(found) === '').toBe(said === '');
  });
}

describe('the data root', () => {
  const usual = '/var/lib/docker/';
  const literal = '(/var/lib/docker/)';
  const moved = directories('/srv/docker');
  each(
    [
      ['where Docker puts it', {}, [usual]],
      ['of a daemon that does not run', stopped('/usr/sbin/dockerd -H fd://'), [usual]],
      [
        'of daemon.json',
        together(moved, settings('{"data-root": "/srv/docker/"}')),
        ['/srv/docker/', literal],
      ],
      [
        'of daemon.json, by the word of old',
        together(moved, settings('\ufeff{"graph": "/srv/docker"}')),
        ['/srv/docker/', literal],
      ],
      [
        'of the running daemon',
        together(moved, running('--data-root', '/srv/docker')),
        ['/srv/docker/', literal],
      ],
      [
        'of the running daemon, with a space in it',
        together(directories('/srv/my data'), running('--data-root=/srv/my data')),
        ['/srv/my data/', literal],
      ],
      [
        'of the unit',
        together(moved, stopped('/usr/sbin/dockerd -g /srv/docker -H fd://')),
        ['/srv/docker/', literal],
      ],
      [
        'of the running daemon, not of its unit',
        together(moved, unit('/usr/sbin/dockerd --data-root /srv/docker'), running()),
        [usual],
      ],
      [
        'of a settings file elsewhere',
        together(
          moved,
          settings('{"data-root": "/srv/docker"}', '/srv/daemon.json'),
          running('--config-file=/srv/daemon.json'),
        ),
        ['/srv/docker/', literal],
      ],
      [
        'that is a link: the link, and all that it leads to',
        together(directories('/srv/docker'), {
          removed: ['/var/lib/docker'],
          links: { '/var/lib/docker': '/srv/docker' },
        }),
        ['/var/lib/docker', '/srv/docker/'],
      ],
      [
        'by another spelling of the usual one',
        together({ links: { '/data': '/var/lib' } }, running('--data-root=/data/docker')),
        [usual],
      ],
      [
        'of the snap',
        together(SNAP, directories('/var/snap/docker/common/var-lib-docker')),
        ['/var/snap/docker/common/var-lib-docker/', literal],
      ],
      [
        'of two daemons',
        together(
          moved,
          put('/opt/dockerd'),
          processFiles(900, '/opt/dockerd', { words: ['--data-root=/srv/docker'] }),
        ),
        [usual, '/srv/docker/'],
      ],
      [
        'of a rootless daemon, which is none of the host’s',
        together(
          moved,
          processFiles(900, '/usr/sbin/dockerd', { words: ['--data-root=/srv/docker'], uid: 1000 }),
        ),
        [usual],
      ],
      [
        'that is not there',
        { removed: ['/var/lib/docker'] },
        [],
        'this host has no /var/lib/docker',
      ],
      [
        'without Docker',
        together(UNINSTALLED, directories('/var/lib/docker')),
        [],
        'no dockerd here',
      ],
    ],
    { kind: 'dataRoot' },
    { literal: '/var/lib/docker', recursive: true },
  );

  describe('where it cannot be told, the usual one and a note:', () => {
    each(
      [
        ['a variable', stopped('/usr/sbin/dockerd $DOCKER_OPTS'), [usual], '$DOCKER_OPTS'],
        ['a variable in the path', stopped('/usr/sbin/dockerd -g ${ROOT}'), [usual], '${ROOT}'],
        ['a specifier', stopped('/usr/sbin/dockerd --data-root=/srv/%H'), [usual], '/srv/%H'],
        ['an escape', stopped(String.raw`/usr/sbin/dockerd -g /srv/a\x20b`), [usual], 'a\\x20b'],
        ['the whole tree', running('--data-root=/'), [usual], "'/'"],
        ['the whole tree, by dots', running('--data-root=/srv/..'), [usual], "'/srv/..'"],
        ['no path', running('--data-root='), [usual], "''"],
        ['a relative path', settings('{"data-root": "docker"}'), [usual], "'docker'"],
        [
          'control characters',
          settings('{"data-root": "/srv/a\\nb"}'),
          [usual],
          String.raw`'/srv/a\x0ab'`,
        ],
        [
          'a name too long',
          settings(JSON.stringify({ 'data-root': `/${'x'.repeat(256)}` })),
          [usual],
          'xxx…',
        ],
        [
          'a half file',
          settings('{"data-root": "/srv'),
          [usual],
          '/etc/docker/daemon.json is no JSON',
        ],
        ['an empty file', settings(''), [usual], '/etc/docker/daemon.json is no JSON'],
        ['a huge file', settings(`{"a": "${'x'.repeat(1024 * 1024)}"}`), [usual], 'too large'],
        [
          'a directory in the file’s place',
          directories('/etc/docker/daemon.json/x'),
          [usual],
          'cannot be read',
        ],
      ],
      { kind: 'dataRoot' },
      { literal: '/var/lib/docker', recursive: true },
    );
  });

  it.each([
    'null',
    '[]',
    '"text"',
    '7',
    '{"data-root": 7}',
    '{"data-root": ""}',
    '{"data-root": null}',
  ])('is the usual one where daemon.json is %s', async (text) => {
    const { found } = await factsOn(
      settings(text),
      { kind: 'dataRoot' },
      { literal: '/var/lib/docker' },
    );
    expect(targetsOf(found)).toEqual(['/var/lib/docker']);
  });
});

describe('the daemon’s settings', () => {
  const usual = '/etc/docker/daemon.json';
  const literal = `(${usual})`;
  const asked = { literal: usual };
  each(
    [
      ['where Docker looks for them', settings('{}'), [usual]],
      [
        'where the running daemon looks for them',
        together(put('/srv/docker.json'), running('--config-file', '/srv/docker.json')),
        ['/srv/docker.json', literal],
      ],
      [
        'where the unit says',
        together(
          put('/srv/docker.json'),
          stopped('/usr/sbin/dockerd --config-file=/srv/docker.json'),
        ),
        ['/srv/docker.json', literal],
      ],
      [
        'in a directory that is not, to have the book’s path as well',
        together(
          { removed: ['/etc/docker'] },
          put('/srv/docker.json'),
          running('--config-file=/srv/docker.json'),
        ),
        ['/srv/docker.json'],
      ],
      ['that are not there', {}, [], 'this host has no /etc/docker/daemon.json'],
      [
        'of the snap',
        together(SNAP, put('/var/snap/docker/2932/config/daemon.json'), {
          links: { '/var/snap/docker/current': '2932' },
          directories: ['/etc/docker'],
        }),
        ['/var/snap/docker/2932/config/daemon.json', literal],
      ],
    ],
    { kind: 'daemonConfig' },
    asked,
  );

  describe('before they exist, if that is asked for', () => {
    each(
      [
        ['where the directory is there', {}, [usual], 'this host has no /etc/docker/daemon.json'],
        [
          'but not where a rule would stop the load',
          { removed: ['/etc/docker'] },
          [],
          'the directory of /etc/docker/daemon.json is missing',
        ],
        [
          'where the daemon looks for them',
          running('--config-file=/srv/docker.json'),
          ['/srv/docker.json', literal],
          'no /srv/docker.json',
        ],
      ],
      { kind: 'daemonConfig' },
      { ...asked, includeAbsent: true },
    );
  });
});

describe('the settings of containerd', () => {
  const usual = '/etc/containerd/config.toml';
  each(
    [
      ['where containerd looks for them', put(usual), [usual]],
      ['that are not there', {}, [], `this host has no ${usual}`],
      [
        'of the running containerd',
        together(put('/srv/c.toml'), runningContainerd('--config', '/srv/c.toml')),
        ['/srv/c.toml'],
      ],
      [
        'of its unit',
        together(
          put('/srv/c.toml'),
          unit('/usr/bin/containerd -c=/srv/c.toml', 'containerd.service'),
        ),
        ['/srv/c.toml'],
      ],
      [
        'and not those that dockerd writes for its own',
        together(
          put(usual, '/run/docker/containerd/containerd.toml'),
          runningContainerd('--config', '/var/run/docker/containerd/containerd.toml'),
        ),
        [usual],
      ],
      [
        'and not those of k3s',
        together(
          put(usual, '/var/lib/rancher/c.toml'),
          processFiles(900, '/var/lib/rancher/k3s/bin/containerd', {
            words: ['-c', '/var/lib/rancher/c.toml'],
          }),
        ),
        [usual],
      ],
    ],
    { kind: 'containerdConfig' },
    { literal: usual },
  );
});

describe('the socket of containerd', () => {
  const usual = '/run/containerd/containerd.sock';
  const host = together(put(usual), unit('/usr/bin/containerd', 'containerd.service'), running());
  each(
    [
      ['where it usually is', put(usual), [usual]],
      [
        'by another spelling',
        together(put(usual), running('--containerd=/var/run/containerd/containerd.sock')),
        [usual],
      ],
      ['that is not there', {}, [], `this host has no ${usual}`],
      [
        'that dockerd is told',
        together(host, put('/run/own.sock'), running('--containerd', 'unix:///run/own.sock')),
        ['/run/own.sock', `(${usual})`],
      ],
      [
        'that daemon.json names',
        together(host, put('/run/own.sock'), settings('{"containerd": "/run/own.sock"}')),
        ['/run/own.sock', `(${usual})`],
      ],
      [
        'that config.toml names',
        together(
          host,
          put('/run/own.sock'),
          toml(
            'version = 2',
            '[ grpc ]',
            '  address = "/run/own.sock" # here',
            '[debug]',
            'address = "/run/d.sock"',
          ),
        ),
        ['/run/own.sock', `(${usual})`],
      ],
      [
        'and not the address of something else',
        together(
          host,
          put('/run/d.sock'),
          toml('[debug]', "address = '/run/d.sock'", '[[grpc]]', "address = '/run/d.sock'"),
        ),
        [usual],
      ],
      [
        'that dockerd makes for its own containerd',
        together(running(), put('/run/docker/containerd/containerd.sock')),
        ['/run/docker/containerd/containerd.sock', `(${usual})`],
      ],
      [
        'that cannot be told',
        together(STOPPED, put(usual), unit('/usr/sbin/dockerd --containerd=${SOCKET}')),
        [usual],
        '${SOCKET}',
      ],
    ],
    { kind: 'containerdSocket' },
    { literal: usual },
  );
});

describe('a program', () => {
  each(
    [
      ['and the link to it', {}, ['/usr/bin/runc', '/usr/sbin/runc']],
      [
        'in two copies',
        { removed: ['/usr/bin/runc'], files: { '/usr/bin/runc': ['another'] } },
        ['/usr/bin/runc', '/usr/sbin/runc'],
      ],
      [
        'in one copy, where sbin is bin',
        {
          removed: ['/usr/bin/runc', '/usr/local/sbin'],
          files: { '/usr/local/bin/runc': ['another'] },
          links: { '/usr/local/sbin': 'bin' },
        },
        ['/usr/sbin/runc', '/usr/local/bin/runc', '(/usr/bin/runc)'],
      ],
      [
        'that is not there',
        { removed: ['/usr/bin/runc', '/usr/sbin/runc'] },
        [],
        'this host has no runc in /usr/bin, /usr/sbin, /usr/local/bin, /usr/local/sbin',
      ],
    ],
    { kind: 'program', name: 'runc' },
    { literal: '/usr/bin/runc' },
  );

  it('of k3s is none of the host’s', async () => {
    const path = '/var/lib/rancher/k3s/bin/containerd';
    const host = together(put(path), processFiles(900, path));
    const { found } = await factsOn(
      host,
      { kind: 'program', name: 'containerd' },
      { literal: '/usr/bin/containerd' },
    );
    expect(targetsOf(found)).toEqual(['/usr/bin/containerd']);
  });

  it('is where a unit starts it', async () => {
    const host = together(
      put('/opt/c/containerd'),
      unit('/opt/c/containerd', 'containerd.service'),
    );
    const { found } = await factsOn(
      host,
      { kind: 'program', name: 'containerd' },
      { literal: '/usr/bin/containerd' },
    );
    expect(targetsOf(found)).toEqual(['/usr/bin/containerd', '/opt/c/containerd']);
  });

  it.each(['containerd-shim', 'containerd-shim-runc-v1'])(
    '%s is gone with containerd 2',
    async (name) => {
      const { found } = await factsOn({ removed: [`/usr/bin/${name}`] }, { kind: 'program', name });
      expect(found.kind).toBe('notApplicable');
      expect(saidOf(found)).toContain('containerd 2 brings containerd-shim-runc-v2 alone');
    },
  );
});

describe('a path', () => {
  const kind = 'path';
  const path = absolutePath('/etc/docker');
  each(
    [
      ['that is a directory, and all below it', {}, ['/etc/docker/']],
      ['that is absent', { removed: ['/etc/docker'] }, [], 'this host has no /etc/docker'],
      [
        'that is a link',
        together(directories('/srv/docker'), {
          removed: ['/etc/docker'],
          links: { '/etc/docker': '/srv/docker' },
        }),
        ['/etc/docker', '/srv/docker/'],
      ],
      [
        'that is a link to nothing: the link alone',
        { removed: ['/etc/docker'], links: { '/etc/docker': '/srv/gone' } },
        ['/etc/docker'],
      ],
      [
        'that is a link to itself: the link alone',
        { removed: ['/etc/docker'], links: { '/etc/docker': 'docker' } },
        ['/etc/docker'],
      ],
      [
        'that is a link to the whole tree: the link alone',
        { removed: ['/etc/docker'], links: { '/etc/docker': '/' } },
        ['/etc/docker'],
      ],
    ],
    { kind, path },
    { literal: path, recursive: true },
  );

  it('is not asked for below, if the control does not', async () => {
    const { found } = await factsOn({}, { kind, path }, { literal: path });
    expect(targetsOf(found)).toEqual(['/etc/docker']);
  });

  it('has one spelling', async () => {
    const host = put('/run/docker.sock');
    const named = absolutePath('/var/run/docker.sock');
    const { found } = await factsOn(host, { kind, path: named }, { literal: named });
    expect(targetsOf(found)).toEqual(['/run/docker.sock']);
  });
});

describe('a unit', () => {
  const vendor = '/usr/lib/systemd/system/docker.socket';
  const local = '/etc/systemd/system/docker.socket';
  each(
    [
      ['of the vendor', {}, [vendor]],
      ['of the administrator, beside the vendor’s', put(local), [local, `(${vendor})`]],
      ['of the administrator alone', { removed: [vendor], ...put(local) }, [local]],
      [
        'with a drop-in, which no control watches',
        put(`${local}.d/mode.conf`),
        [vendor],
        `${local}.d/mode.conf also configures docker.socket; no control watches it`,
      ],
      [
        'that is masked',
        { links: { [local]: '/dev/null' } },
        [],
        `docker.socket is masked (${local})`,
      ],
      ['that is not there', { removed: [vendor] }, [], 'this host has no unit docker.socket'],
    ],
    { kind: 'unit', unit: 'docker.socket' },
    { literal: vendor },
  );

  it('of another name is asked for, too', async () => {
    const podman = '/usr/lib/systemd/system/podman.socket';
    const { found } = await factsOn(
      put(podman),
      { kind: 'unit', unit: 'podman.socket' },
      { literal: podman },
    );
    expect(targetsOf(found)).toEqual([podman]);
  });
});

describe('further places of a section', () => {
  const place = { kind: 'unit', unit: 'docker.socket' } as const;
  const literal = '/usr/lib/systemd/system/docker.socket';
  const also = [{ kind: 'path', path: absolutePath('/run/docker.sock') } as const];

  it('are required beside its own', async () => {
    const { found } = await factsOn(put('/run/docker.sock'), place, { literal, also });
    expect(targetsOf(found)).toEqual([literal, '/run/docker.sock']);
  });

  it('are a note where they are absent', async () => {
    const { found } = await factsOn({}, place, { literal, also });
    expect(targetsOf(found)).toEqual([literal]);
    expect(saidOf(found)).toBe('this host has no /run/docker.sock');
  });

  it('stand for it where its own is absent', async () => {
    const host = { removed: [literal], ...put('/run/docker.sock') };
    const { found } = await factsOn(host, place, { literal, also });
    expect(targetsOf(found)).toEqual(['/run/docker.sock']);
    expect(saidOf(found)).toBe('this host has no unit docker.socket');
  });

  it('are not applicable where neither is there', async () => {
    const { found } = await factsOn({ removed: [literal] }, place, { literal, also });
    expect(found.kind).toBe('notApplicable');
    expect(saidOf(found)).toContain('no unit docker.socket; this host has no /run/docker.sock');
  });
});
