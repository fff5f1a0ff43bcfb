/**
 * What a fix writes outlives whoever writes the generated file anew or loads it again: augenrules, a
 * restart, a boot. Source: the comparison's T54 to T57; measured facts of Debian 11 to sid.
 */

import { appendFileSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nameOf } from '../../src/paths.ts';
import { dockaudit, goldenHost, parseManifest, readReport } from '../support/golden.ts';
import { listedOn, practised, type } from '../support/hosts.ts';

const GENERATED = '/etc/audit/audit.rules';
const LITERAL = '-w /usr/bin/dockerd -k docker';
const FIXED = [
  '-w /usr/sbin/dockerd -p rwxa -k docker',
  '-w /usr/bin/dockerd -p rwxa -k docker',
  '-w /usr/lib/systemd/system/docker.socket -p rwxa -k docker',
];

describe('on a host with augenrules', () => {
  it.each([
    '/usr/sbin/augenrules --load',
    '/usr/bin/systemctl restart auditd',
    '/usr/bin/systemctl reboot',
  ])("the book's own edit is lost by '%s', and a fix is not", async (again) => {
    using made = await practised();
    appendFileSync(made.root + GENERATED, `${LITERAL}\n`);
    await type(made.host, again);
    expect(await listedOn(made.host)).toEqual(['No rules']);

    appendFileSync(made.root + GENERATED, `${LITERAL}\n`);
    const ended = await dockaudit(made.host, ['fix', '--yes', '--format', 'json']);
    const { preview = [] } = readReport(ended).plan ?? {};
    expect(preview.map(({ kind }) => kind)).toContain('file');
    expect(ended.exit).toBe(0);
    await type(made.host, again);
    expect(await listedOn(made.host)).toEqual(FIXED);
    expect(readFileSync(made.root + GENERATED, 'utf8')).toContain(`${LITERAL}\n`);
  });
});

describe('where auditd refuses to be stopped, and audit-rules.service loads', () => {
  const manifest = parseManifest(
    readFileSync(new URL('./hosts/audit-4-that-refuses-to-stop.json', import.meta.url), 'utf8'),
  );

  it('neither a fix nor its undo asks systemd for what it refuses, and auditd runs after both', async () => {
    using made = await goldenHost(manifest);
    const asked: string[] = [];
    const host: Host = {
      ...made.host,
      run: (command) => {
        asked.push([nameOf(command.argv[0]), ...command.argv.slice(1)].join(' '));
        return made.host.run(command);
      },
    };
    const running = async () =>
      (await type(made.host, '/usr/bin/systemctl is-active auditd')).stdout.trim();
    expect((await dockaudit(host, ['fix', '--yes'])).exit).toBe(0);
    expect(await running()).toBe('active');
    expect((await dockaudit(host, ['rollback', '--yes'])).exit).toBe(0);
    expect(await running()).toBe('active');
    expect(await listedOn(made.host)).toEqual(['No rules']);
    expect(asked).toContain('augenrules --load');
    expect(asked.filter((line) => /^systemctl (?:stop|restart)/.test(line))).toEqual([]);
  });
});
