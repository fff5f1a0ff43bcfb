/** Single commands of the simulated auditctl, as measured: what 3.0.9 answers. */

import { rename } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { absolutePath } from '../../../../src/paths.ts';
import { encode } from '../../../../src/text.ts';
import { listedOn, practised, type, type Practised } from '../../../support/hosts.ts';

let one: Practised;
const auditctl = (args: string) => type(one.host, `/sbin/auditctl ${args}`);
const PLACE = absolutePath('/srv/shop');
const RULES = absolutePath('/etc/audit/rules.d/docker.rules');
const IMAGE = { mode: 0o640, uid: 0, gid: 0, mtime: new Date() };
const LINE = encode('-w /etc/docker -k docker\n');
const nothing = { status: 0, stdout: '', stderr: '' };
afterEach(() => one[Symbol.dispose]());

describe('on a fresh host', () => {
  beforeEach(async () => {
    one = await practised();
  });

  test('says its version, and that there are no rules', async () => {
    expect(await auditctl('-v')).toMatchObject({ status: 0, stdout: 'auditctl version 3.0.9\n' });
    expect(await auditctl('-l')).toMatchObject({ status: 0, stdout: 'No rules\n' });
  });

  test('tells the status, a pair on each line', async () => {
    const stdout = `enabled 1
failure 1
pid 412
rate_limit 0
backlog_limit 8192
lost 0
backlog 0
backlog_wait_time 60000
backlog_wait_time_actual 0
loginuid_immutable 0 unlocked
`;
    expect(await auditctl('-s')).toEqual({ status: 0, stdout, stderr: '' });
  });

  test('lists with loss: neither action nor path or dir can be told', async () => {
    const same = '-F perm=rwxa -F key=docker';
    expect(await auditctl(`-a never,exit -F path=/usr/bin/dockerd ${same}`)).toEqual(nothing);
    expect(await auditctl('-w /etc/docker/ -p wa -k docker')).toEqual(nothing);
    expect(await auditctl('-a always,exit -F path=/etc/docker -F perm=wa -k docker')).toEqual(
      nothing,
    );
    expect(await listedOn(one.host)).toEqual([
      '-w /usr/bin/dockerd -p rwxa -k docker',
      '-w /etc/docker -p wa -k docker',
      '-w /etc/docker -p wa -k docker',
    ]);
  });

  test.each([
    ['-w relative', "The path must start with '/'"],
    ['-w /no/such/file', 'Error sending add rule data request (No such file or directory)'],
    ['-W /etc/docker', 'Error sending delete rule data request (No such file or directory)'],
    ['-w /etc/docker stray', 'parameter passed without an option given'],
  ])('refuses %s', async (args, stderr) => {
    expect(await auditctl(args)).toEqual({ status: 255, stdout: '', stderr: `${stderr}\n` });
  });

  test('refuses a rule that it has, in whatever spelling', async () => {
    await auditctl('-w /etc/docker -p wa -k docker');
    const stderr = 'Error sending add rule data request (Rule exists)\n';
    for (const args of [
      '-w /etc/docker -p aw -k docker',
      '-a exit,always -F dir=/etc/docker -F perm=wa -k docker',
    ])
      expect(await auditctl(args)).toEqual({ status: 255, stdout: '', stderr });
    expect(await auditctl('-w /etc/docker -p wa -k other')).toEqual(nothing);
  });

  test('lists by key: a part is enough, and none is nothing', async () => {
    await auditctl('-w /etc/docker -k docker');
    expect((await auditctl('-l -k ock')).stdout).toBe('-w /etc/docker -p rwxa -k docker\n');
    expect(await auditctl('-l -k other')).toEqual(nothing);
  });

  test('deletes one rule, and then all', async () => {
    await auditctl('-w /etc/docker -k docker');
    await auditctl('-w /usr/sbin/runc -k docker');
    expect(await auditctl('-W /etc/docker -k docker')).toEqual(nothing);
    expect(await listedOn(one.host)).toEqual(['-w /usr/sbin/runc -p rwxa -k docker']);
    expect(await auditctl('-D')).toEqual({ ...nothing, stdout: 'No rules\n' });
  });

  test('drops a rule whose directory goes away, as the kernel does', async () => {
    await one.host.makeDirectory(PLACE, 0o755);
    await auditctl(`-w ${PLACE}/config -k gone`);
    await auditctl('-w /etc/docker -k docker');
    await rename(`${one.root}${PLACE}`, `${one.root}${PLACE}.old`);
    expect(await listedOn(one.host)).toEqual(['-w /etc/docker -p rwxa -k docker']);
  });
});

describe('on an immutable host', () => {
  beforeEach(async () => {
    one = await practised('immutable');
  });

  test('-w says so and exits 0, as before 3.1.2', async () => {
    expect(await auditctl('-w /etc/docker -k docker')).toEqual({
      status: 0,
      stdout: '',
      stderr: 'The audit system is in immutable mode, no rule changes allowed\n',
    });
    expect(await listedOn(one.host)).toEqual(['No rules']);
  });

  test('-e is refused, -R is silent', async () => {
    expect(await auditctl('-e 1')).toEqual({
      status: 255,
      stdout: '',
      stderr: 'Error sending enable request (Operation not permitted)\n',
    });
    expect(await auditctl('-R /etc/audit/audit.rules')).toEqual(nothing);
  });

  test('a reboot loads what waits in the files', async () => {
    await one.host.replace(RULES, { ...IMAGE, bytes: LINE });
    await type(one.host, '/usr/sbin/augenrules --load');
    expect(await listedOn(one.host)).toEqual(['No rules']);
    await type(one.host, '/usr/bin/systemctl reboot');
    expect(await listedOn(one.host)).toEqual(['-w /etc/docker -p rwxa -k docker']);
    expect((await auditctl('-s')).stdout).toMatch(/^enabled 2$/m);
  });
});
