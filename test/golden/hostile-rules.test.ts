/** Rule files of all kinds but the right one, and those that others may write. */

import { appendFileSync, linkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockaudit, readFailure, readReport } from '../support/golden.ts';
import { plant } from '../support/hostile.ts';
import { listedOn, practised } from '../support/hosts.ts';
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
  type Plant,
} from '../support/plants.ts';

const OURS = '/etc/audit/rules.d/zz-docker.rules';
const THEIRS = '/etc/audit/rules.d/20-site.rules';
const MERGED = '/etc/audit/audit.rules';

describe('what others could swap keeps a change from beginning, and check says so', () => {
  it.each<[situation: string, Plant, path: string, mend: string]>([
    [
      'rules.d, by anybody',
      mode('/etc/audit/rules.d', 0o777),
      '/etc/audit/rules.d',
      'chmod go-w /etc/audit/rules.d',
    ],
    [
      'rules.d, where names are added',
      mode('/etc/audit/rules.d', 0o1777),
      '/etc/audit/rules.d',
      'chmod go-w /etc/audit/rules.d',
    ],
    ['the directory above', mode('/etc/audit', 0o1777), '/etc/audit', 'chmod go-w /etc/audit'],
    ['/etc', mode('/etc', 0o777), '/etc', 'chmod go-w /etc'],
    [
      'rules.d behind a link',
      moved('/etc/audit/rules.d', '/srv/rules', 0o777),
      '/srv/rules',
      'chmod go-w /srv/rules',
    ],
    [
      'what a link to rules.d goes through',
      all(moved('/etc/audit/rules.d', '/srv/a/rules', 0o750), mode('/srv/a', 0o757)),
      '/srv/a',
      'chmod go-w /srv/a',
    ],
    ['a file of others', file(THEIRS, 0o666), THEIRS, `chmod go-w ${THEIRS}`],
    ['our own file', file(OURS, 0o646), OURS, `chmod go-w ${OURS}`],
    [
      'where a file of others leads',
      all(file('/srv/site.rules', 0o602), link(THEIRS, '../../../srv/site.rules')),
      '/srv/site.rules',
      'chmod go-w /srv/site.rules',
    ],
    ['the generated file', mode(MERGED, 0o666), MERGED, `chmod go-w ${MERGED}`],
    [
      'the one before it',
      file(`${MERGED}.prev`, 0o666),
      `${MERGED}.prev`,
      `chmod go-w ${MERGED}.prev`,
    ],
  ])('%s', async (_, hide, path, mend) => {
    using made = await practised();
    hide(made);
    const before = await standing(made);
    const check = readReport(await dockaudit(made.host, ['check', '--format', 'json']));
    expect(check.exitCode).toBe(2);
    const text = await dockaudit(made.host, ['check']);
    expect(text.stdout.replace(/\s+/g, ' ')).toContain(`${path}: anybody may write there`);
    const ended = await dockaudit(made.host, ['fix', '--yes', '--format', 'json']);
    expect(ended.exit).toBe(1);
    expect(readReport(ended).plan?.blockers).toContainEqual(
      expect.objectContaining({ path, mend: `'${mend}' ends that` }),
    );
    expect(await standing(made)).toEqual(before);
  });

  it.each(['/etc', '/etc/audit', '/etc/audit/rules.d', MERGED, '/etc/audit/rules.d/audit.rules'])(
    '%s, which belongs to somebody else',
    async (path) => {
      using made = await practised();
      const before = await standing(made);
      const ended = await dockaudit(ownedBy(made.host, path, 1234), [
        'fix',
        '--yes',
        '--format',
        'json',
      ]);
      expect(ended.exit).toBe(1);
      expect(readReport(ended).plan?.blockers).toContainEqual(
        expect.objectContaining({ path, mend: `'chown 0:0 ${path}' ends that` }),
      );
      expect(await standing(made)).toEqual(before);
    },
  );

  it.each<[situation: string, Plant]>([
    ['a sticky directory above, where others only add', mode('/etc', 0o1777)],
    ['rules.d behind a link of root', moved('/etc/audit/rules.d', '/srv/rules', 0o750)],
    [
      'a group that the host chose',
      all(mode('/etc/audit/rules.d', 0o770), mode('/etc/audit', 0o770)),
    ],
  ])('not so %s', async (_, hide) => {
    using made = await practised();
    hide(made);
    const ended = await dockaudit(made.host, ['fix', '--yes']);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(await listedOn(made.host)).toHaveLength(3);
  });

  it('a link that somebody else may take away from a sticky directory', async () => {
    using made = await practised();
    moved('/etc/audit/rules.d', '/srv/rules', 0o750)(made);
    mode('/etc/audit', 0o755)(made);
    const host = ownedBy(made.host, '/etc/audit/rules.d', 1234);
    expect((await dockaudit(host, ['plan'])).exit).toBe(2);
    mode('/etc', 0o1777)(made);
    // The link itself lies in /etc/audit, which only root writes.
    expect((await dockaudit(host, ['plan'])).exit).toBe(2);
    mode('/etc/audit', 0o1755)(made);
    expect((await dockaudit(host, ['plan'])).exit).toBe(1);
  });
});

describe('a file that we would replace', () => {
  const hardLink: Plant = (made) => {
    plant(made, OURS, RULE, 0o640);
    linkSync(join(made.root, OURS), join(made.root, 'etc/second-name'));
  };
  it.each<[situation: string, Plant, reason: string]>([
    [
      'is a link',
      all(file('/etc/secret', 0o600), link(OURS, '/etc/secret')),
      'it is a link to /etc/secret',
    ],
    [
      'is a link that leads nowhere',
      link(OURS, '/etc/made-by-us'),
      'it is a link to /etc/made-by-us',
    ],
    ['has a second name', hardLink, 'it has 2 names'],
    ['is a directory', directory(OURS), 'it is a directory'],
    [
      'of the loader is a link',
      all(file('/etc/secret', 0o600), link(MERGED, '/etc/secret')),
      'it is a link to /etc/secret',
    ],
    ['of the loader is a directory', directory(MERGED), 'it is a directory'],
    ['of the loader is a FIFO', fifo(MERGED), 'it is a fifo'],
    [
      'that the loader keeps is a link',
      link(`${MERGED}.prev`, '/etc/made-by-us'),
      'it is a link to /etc/made-by-us',
    ],
    ['that the loader keeps is a FIFO', fifo(`${MERGED}.prev`), 'it is a fifo'],
  ])('%s', async (_, hide, reason) => {
    using made = await practised();
    hide(made);
    const before = await standing(made);
    const ended = await dockaudit(made.host, ['fix', '--yes', '--format', 'json']);
    expect(ended.exit).toBe(1);
    const reasons = readReport(ended).plan?.blockers.map((blocker) => blocker.reason);
    expect(reasons).toContainEqual(expect.stringContaining(reason));
    expect(await standing(made)).toEqual(before);
    expect(listOf(join(made.root, 'etc'))).not.toContain('made-by-us');
  });
});

describe('a rules file that the loader would read and we do not', () => {
  it.each<[situation: string, Plant, why: string]>([
    ['a FIFO, at which the loader hangs', fifo(THEIRS), 'it is not a regular file'],
    [
      'a link to a FIFO',
      all(fifo('/srv/fifo'), link(THEIRS, '/srv/fifo')),
      'it is not a regular file',
    ],
    ['our own file as a FIFO', fifo(OURS), 'it is not a regular file'],
    ['one without an end', huge(THEIRS), 'it is larger than 16 MiB'],
  ])('%s: nothing is judged without it', async (_, hide, why) => {
    using made = await practised();
    hide(made);
    const before = await standing(made);
    for (const command of [['check'], ['plan'], ['fix', '--yes']]) {
      const ended = await dockaudit(made.host, [...command, '--format', 'json']);
      expect(ended.exit).toBe(1);
      expect(readFailure(ended)).toMatchObject({
        class: 'HostFailure',
        message: expect.stringContaining(why),
      });
    }
    expect(await standing(made)).toEqual(before);
  });
});

describe('a rules file that the loader passes over', () => {
  // What a device is in a practice host, whose tree anybody can make: no regular file either.
  const device = fifo('/dev/null');
  it.each<[situation: string, Plant, note: string]>([
    ['a directory', directory(THEIRS), 'the loader skips it'],
    ['a link that leads nowhere', link(THEIRS, '/nowhere'), 'the loader skips it'],
    [
      'links in a circle',
      all(link(THEIRS, '30-b.rules'), link('/etc/audit/rules.d/30-b.rules', THEIRS)),
      'the loader skips it',
    ],
    ['a link to /dev/null', all(device, link(THEIRS, '/dev/null')), 'nothing is loaded from it'],
  ])('%s', async (_, hide, note) => {
    using made = await practised();
    hide(made);
    const { stdout } = await dockaudit(made.host, ['check']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(note);
    expect((await dockaudit(made.host, ['fix', '--yes'])).exit).toBe(0);
  });

  it('a socket', async () => {
    using made = await practised();
    const server = createServer().listen(join(made.root, THEIRS));
    await new Promise((resolve) => server.once('listening', resolve));
    const { stdout } = await dockaudit(made.host, ['check']);
    server.close();
    expect(stdout).toContain('the loader skips it');
  });
});

describe('rules.d that is none', () => {
  it.each<[situation: string, Plant]>([
    ['a file', file('/etc/audit/rules.d', 0o640)],
    ['a FIFO', fifo('/etc/audit/rules.d')],
    ['a link that leads nowhere', link('/etc/audit/rules.d', '/nowhere')],
    ['a link to a file', all(file('/srv/x', 0o640), link('/etc/audit/rules.d', '/srv/x'))],
  ])('%s: augenrules loads the plain file, which is edited then', async (_, hide) => {
    using made = await practised();
    hide(made);
    const { plan } = readReport(await dockaudit(made.host, ['plan', '--format', 'json']));
    expect(plan?.edits.map(({ path }) => path)).toEqual([MERGED]);
  });
});

describe('a mount that nobody can write', () => {
  it.each(['/etc', '/etc/audit', '/etc/audit/rules.d'])(
    '%s: 78 before anything is written',
    async (point) => {
      using made = await practised();
      const line = `99 1 8:9 / ${point} ro,relatime - ext4 /dev/vdb ro\n`;
      appendFileSync(join(made.root, 'proc/self/mountinfo'), line);
      const before = await standing(made);
      const ended = await dockaudit(made.host, ['fix', '--yes', '--format', 'json']);
      expect(ended.exit).toBe(78);
      expect(readFailure(ended).message).toContain(`${point} is mounted read-only`);
      expect(await standing(made)).toEqual(before);
    },
  );
});
