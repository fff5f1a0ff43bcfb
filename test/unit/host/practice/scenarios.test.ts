/** What each scenario of the practice host is about, and that a host stays what it became. */

import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { UsageFailure } from '../../../../src/errors.ts';
import { practiceDirectory, practiceHost, SCENARIOS } from '../../../../src/host/practice.ts';
import { absolutePath } from '../../../../src/paths.ts';
import { decode } from '../../../../src/text.ts';
import { listedOn, practised, type } from '../../../support/hosts.ts';

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'dockaudit-scenarios-'));
  made.push(path);
  return path;
}

describe('scenarios', () => {
  const docker = [
    '-w /usr/sbin/dockerd -p rwxa -k docker',
    '-w /usr/bin/dockerd -p rwxa -k docker',
    '-w /usr/lib/systemd/system/docker.socket -p rwxa -k docker',
  ];
  const listings: Readonly<Record<string, readonly string[]>> = {
    fresh: ['No rules'],
    'one-missing': docker.slice(0, 2),
    'generated-file-edited': docker.slice(1),
    suppressed: ['-a never,task', ...docker],
    immutable: ['No rules'],
    'kernel-only-rules': [
      '-a always,exit -F arch=b64 -S connect -F key=agent',
      '-w /etc/passwd -p wa -k agent',
    ],
    'load-fails': ['No rules'],
    'bad-foreign-line': ['-w /etc/passwd -p wa -k accounts'],
    'auditd-stopped': ['No rules'],
    'other-daemon': ['No rules'],
    'no-auditd': [],
    'no-docker': ['No rules'],
    compliant: docker,
  };

  test('are all told here', () => {
    expect(SCENARIOS.map(({ name }) => name)).toEqual(Object.keys(listings));
  });

  test.each(Object.entries(listings))('%s', async (name, listing) => {
    using one = await practised(name);
    expect(await listedOn(one.host)).toEqual(listing);
  });

  test('a kernel that refuses a rule, live and in a load', async () => {
    using one = await practised('load-fails');
    const stderr = 'Error sending add rule data request (Cannot allocate memory)\n';
    for (const path of [
      '/lib/systemd/system/docker.socket',
      '/usr/lib/systemd/system/docker.socket',
    ])
      expect(await type(one.host, `/sbin/auditctl -w ${path}`)).toEqual({
        status: 255,
        stdout: '',
        stderr,
      });
    writeFileSync(
      join(one.root, 'etc/audit/rules.d/zz.rules'),
      '-w /usr/sbin/dockerd\n-w /usr/lib/systemd/system/docker.socket\n-w /etc/docker\n',
    );
    expect(await type(one.host, '/sbin/augenrules --load')).toMatchObject({
      status: 1,
      stderr: `${stderr}There was an error in line 7 of /etc/audit/audit.rules\n`,
    });
    expect(await listedOn(one.host)).toEqual(['-w /usr/sbin/dockerd -p rwxa']);
  });

  test('auditd can be installed where it is not', async () => {
    using one = await practised('no-auditd');
    expect(await type(one.host, '/sbin/auditctl -l')).toMatchObject({ status: 127 });
    expect(await type(one.host, '/usr/bin/apt-get install -y auditd')).toMatchObject({ status: 0 });
    expect(await listedOn(one.host)).toEqual(['No rules']);
    expect((await type(one.host, '/usr/bin/systemctl is-active auditd')).stdout).toBe('active\n');
  });
});

describe('a directory', () => {
  test('keeps tree and kernel for the next process; its scenario stays', async () => {
    const directory = absolutePath(join(folder(), 'new', 'host'));
    const first = await practiceHost(directory, 'immutable');
    await first.remove(absolutePath('/etc/hostname'));
    await expect(practiceHost(directory, 'fresh')).rejects.toThrow('is the scenario immutable');
    const second = await practiceHost(directory);
    expect((await type(second, '/sbin/auditctl -s')).stdout).toMatch(/^enabled 2$/m);
    expect(await second.read(absolutePath('/etc/hostname'))).toBeUndefined();
    expect(readdirSync(directory).toSorted()).toEqual(['kernel.json', 'root']);
  });

  test('and carries rules, status and daemon from one host to the other', async () => {
    const directory = absolutePath(folder());
    const first = await practiceHost(directory);
    const second = await practiceHost(directory);
    await type(first, '/sbin/auditctl -w /etc/docker -p wa -k docker');
    await type(second, '/sbin/auditctl -b 4096');
    await type(first, '/usr/bin/systemctl stop auditd');
    expect(await listedOn(second)).toEqual(['-w /etc/docker -p wa -k docker']);
    expect((await type(first, '/sbin/auditctl -s')).stdout).toMatch(/^backlog_limit 4096$/m);
    expect((await type(second, '/sbin/auditctl -s')).stdout).toMatch(/^pid 0$/m);
  });

  test('that holds something else is refused and left alone', async () => {
    const path = folder();
    mkdirSync(join(path, 'root'));
    for (const content of [undefined, '{}', 'garbage']) {
      if (content !== undefined) writeFileSync(join(path, 'kernel.json'), content);
      const refused = practiceHost(absolutePath(path));
      await expect(refused).rejects.toBeInstanceOf(UsageFailure);
      await expect(refused).rejects.toMatchObject({
        message: `cannot practise in '${path}': it is not empty, and no practice host`,
      });
      expect(readdirSync(join(path, 'root'))).toEqual([]);
    }
  });

  test('is not made for a scenario that nobody knows', async () => {
    const directory = absolutePath(join(folder(), 'host'));
    await expect(practiceHost(directory, 'imutable')).rejects.toMatchObject({
      exitCode: 64,
      message: "cannot find the scenario 'imutable'",
      advice: 'did you mean: dockaudit demo --scenario immutable',
    });
    await expect(practiceHost(directory, 'zzz')).rejects.toMatchObject({
      advice: 'choose one of these: dockaudit demo --list',
    });
    expect(existsSync(directory)).toBe(false);
  });

  test('for a demo that nobody keeps is new each time', async () => {
    const [one, other] = [await practiceDirectory(), await practiceDirectory()];
    made.push(one, other);
    expect(one).not.toBe(other);
    expect(readdirSync(one)).toEqual([]);
  });
});

describe('whoever runs it', () => {
  test('is root there, and its files are as a root would keep them', async () => {
    using one = await practised();
    const path = absolutePath('/etc/audit/rules.d/audit.rules');
    const file = await one.host.read(path);
    expect(file).toMatchObject({ uid: 0, gid: 0, mode: 0o640 });
    expect(await one.host.look(absolutePath('/bin'))).toMatchObject({ uid: 0, target: 'usr/bin' });
    expect(decode(file?.bytes ?? new Uint8Array())).toMatch(/^## First rule - delete all\n-D\n/);
  });

  test.runIf(process.geteuid?.() === 0)('needs no root for that', async () => {
    const directory = absolutePath(folder());
    chownSync(directory, 65534, 65534);
    const umask = process.umask(0o077);
    process.setegid?.(65534);
    process.seteuid?.(65534);
    try {
      const host = await practiceHost(directory);
      const path = absolutePath('/etc/audit/rules.d/own.rules');
      const image = { bytes: new Uint8Array(), mode: 0o640, uid: 0, gid: 0, mtime: new Date(0) };
      await host.replace(path, image);
      expect(await host.read(path)).toEqual(image);
      expect(await host.look(absolutePath('/etc'))).toMatchObject({ uid: 0, gid: 0, mode: 0o755 });
      expect(await type(host, '/sbin/augenrules --load')).toMatchObject({ status: 0 });
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
      process.umask(umask);
    }
  });
});
