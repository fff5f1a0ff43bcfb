/** Links, FIFOs and open doors where we read of the host, keep our own, and write a report. */

import { execFileSync } from 'node:child_process';
import { chmodSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockaudit, readFailure } from '../support/golden.ts';
import { plant } from '../support/hostile.ts';
import { listedOn, practised, type Practised } from '../support/hosts.ts';
import {
  all,
  directory,
  fifo,
  file,
  huge,
  link,
  listOf,
  mode,
  moved,
  ownedBy,
  RULE,
  standing,
  textOf,
  type Plant,
} from '../support/plants.ts';

const READ = [
  '/etc/audit/auditd.conf',
  '/etc/audit/plugins.d/syslog.conf',
  '/etc/audit/audit.rules',
  '/etc/os-release',
  '/usr/lib/os-release',
  '/etc/hostname',
  '/etc/machine-id',
  '/etc/passwd',
  '/etc/group',
  '/etc/fstab',
  '/etc/docker/daemon.json',
  '/etc/containerd/config.toml',
  '/etc/default/docker',
  '/etc/default/auditd',
  '/etc/conf.d/auditd',
  '/etc/sysconfig/auditd',
  '/etc/systemd/system/docker.service',
  '/etc/systemd/system/docker.socket.d/x.conf',
  '/usr/lib/systemd/system/docker.socket',
  '/proc/731/cmdline',
  '/proc/self/mountinfo',
  '/usr/bin/docker',
];

describe('a file that tells about the host', () => {
  it.each(READ)('%s, whatever it is, is never waited for and never a bug of ours', async (path) => {
    for (const hide of [
      fifo(path),
      directory(path),
      huge(path),
      link(path, path),
      link(path, '/nowhere'),
    ]) {
      using made = await practised();
      hide(made);
      const ended = await dockaudit(made.host, ['plan', '--all', '--format', 'json']);
      expect([0, 1, 2]).toContain(ended.exit);
      expect(ended.report).toBeDefined();
    }
  });
});

describe('the lock', () => {
  const LOCK = '/run/dockaudit.lock';
  it.each<[situation: string, Plant, exit: number]>([
    ['is a link to a file', all(file('/etc/victim', 0o640), link(LOCK, '/etc/victim')), 0],
    ['is a link that leads nowhere', link(LOCK, '/etc/victim'), 0],
    ['is a directory', directory(LOCK), 1],
    ['is a FIFO', fifo(LOCK), 1],
    ['has no end', huge(LOCK), 1],
    ['is held by nobody that could be told', file(LOCK, 0o644), 0],
  ])('%s', async (_, hide, exit) => {
    using made = await practised();
    hide(made);
    const before = await standing(made);
    const victim = textOf(made, '/etc/victim');
    const ended = await dockaudit(made.host, ['fix', '--yes']);
    expect(ended.exit, ended.stdout).toBe(exit);
    expect(textOf(made, '/etc/victim')).toBe(victim);
    const { changes } = await standing(made);
    expect(changes).toHaveLength(exit === 0 ? 1 : before.changes.length);
  });
});

const STORE = '/var/lib/dockaudit';

describe('a store of changes that others may write is not believed', () => {
  it.each<[situation: string, Plant]>([
    ['the store', mode(STORE, 0o777)],
    ['the store, where others add', mode(`${STORE}/changes`, 0o1777)],
    ['where all changes are', mode(`${STORE}/changes`, 0o707)],
    ['one change', (made) => chmodSync(changeOf(made), 0o777)],
    ['its journal', (made) => chmodSync(join(changeOf(made), 'journal.jsonl'), 0o606)],
    ['the directory above', mode('/var/lib', 0o777)],
    ['all there is', mode('/', 0o777)],
    ['the store behind a link', moved(STORE, '/srv/store', 0o777)],
    ['where a link to it lies', all(moved(STORE, '/srv/store', 0o700), mode('/srv', 0o777))],
  ])('%s', async (_, hide) => {
    using made = await practised();
    expect((await dockaudit(made.host, ['fix', '--yes'])).exit).toBe(0);
    hide(made);
    const before = await standing(made);
    for (const command of [
      ['fix', '--yes', '--control', '1.2.3'],
      ['rollback', '--yes'],
      ['history'],
    ]) {
      const ended = await dockaudit(made.host, [...command, '--format', 'json']);
      expect(ended.exit).toBe(1);
      expect(readFailure(ended).message).toContain(`cannot trust '${STORE}'`);
    }
    const check = await dockaudit(made.host, ['check']);
    expect(check.exit).toBe(0);
    expect(check.stdout.replace(/\s+/g, ' ')).toContain('what earlier changes did is not known');
    expect(await standing(made)).toEqual(before);
  });

  it.each([STORE, `${STORE}/changes`, '/var'])(
    '%s, which belongs to somebody else',
    async (path) => {
      using made = await practised();
      expect((await dockaudit(made.host, ['fix', '--yes'])).exit).toBe(0);
      const ended = await dockaudit(ownedBy(made.host, path, 1234), [
        'rollback',
        '--yes',
        '--format',
        'json',
      ]);
      expect(ended.exit).toBe(1);
      expect(readFailure(ended).message).toContain(`at ${path}, it belongs to user 1234`);
      expect(await listedOn(made.host)).toHaveLength(3);
    },
  );

  it('one that root moved elsewhere is', async () => {
    using made = await practised();
    expect((await dockaudit(made.host, ['fix', '--yes'])).exit).toBe(0);
    moved(STORE, '/srv/store', 0o700)(made);
    expect((await dockaudit(made.host, ['rollback', '--yes'])).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });

  it('a journal that speaks of another change is not', async () => {
    using made = await practised();
    expect((await dockaudit(made.host, ['fix', '--yes'])).exit).toBe(0);
    renameSync(changeOf(made), join(made.root, STORE, 'changes/another'));
    const ended = await dockaudit(made.host, ['rollback', '--yes', '--format', 'json']);
    expect(ended.exit).toBe(1);
    expect(readFailure(ended).message).toContain('it is not as dockaudit wrote it');
    expect(await listedOn(made.host)).toHaveLength(3);
  });
});

function changeOf({ root }: Practised): string {
  const changes = join(root, STORE, 'changes');
  return join(changes, listOf(changes)[0] ?? '');
}

describe('a store that is none', () => {
  it.each<[situation: string, Plant]>([
    ['a file', file(STORE, 0o600)],
    ['a FIFO', fifo(STORE)],
    ['with a file in the place of its changes', file(`${STORE}/changes`, 0o600)],
    ['with a FIFO in the place of its changes', fifo(`${STORE}/changes`)],
  ])('%s: nothing is changed', async (_, hide) => {
    using made = await practised();
    hide(made);
    const before = await standing(made);
    const ended = await dockaudit(made.host, ['fix', '--yes', '--format', 'json']);
    expect(ended.exit).toBe(1);
    expect(await standing(made)).toEqual(before);
  });
});

describe('--output', () => {
  it.each<[situation: string, Plant]>([
    ['onto a FIFO', fifo('/srv/report')],
    ['onto a directory', directory('/srv/report')],
    ['onto a link', all(file('/srv/victim', 0o640), link('/srv/report', '/srv/victim'))],
    ['onto a link that leads nowhere', link('/srv/report', '/srv/made-by-us')],
  ])('%s is refused before anything is changed', async (_, hide) => {
    using made = await practised();
    hide(made);
    const before = await standing(made);
    for (const command of ['check', 'fix --yes', 'history'])
      expect(
        (await dockaudit(made.host, [...command.split(' '), '--output', '/srv/report'])).exit,
      ).toBe(64);
    expect(textOf(made, '/srv/victim')).toBe(_ === 'onto a link' ? RULE : undefined);
    expect(listOf(join(made.root, 'srv'))).not.toContain('made-by-us');
    expect(await standing(made)).toEqual(before);
  });

  it('takes set-id bits away and leaves the mode', async () => {
    using made = await practised();
    plant(made, '/srv/report', 'old', 0o6750);
    await dockaudit(made.host, ['check', '--output', '/srv/report']);
    const entry = execFileSync('/usr/bin/stat', ['-c', '%a', join(made.root, 'srv/report')], {
      encoding: 'utf8',
    });
    expect(entry.trim()).toBe('750');
  });
});
