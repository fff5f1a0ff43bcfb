/** `dockaudit events` on a host whose log is the one that a script left (test/support/logs.ts). */

import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { HostFailure } from '../../src/errors.ts';
import type { Host } from '../../src/host/host.ts';
import { dockaudit, readFailure } from '../support/golden.ts';
import { practised, type, type Practised } from '../support/hosts.ts';
import { logText } from '../support/logs.ts';

const schema = new URL('../../templates/schema/events.schema.json', import.meta.url);
const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(schema, 'utf8')));

const NOW = new Date('2026-11-25T06:00:00Z');
const LOG = '/var/log/audit/audit.log';

const hex = (text: string) => Buffer.from(text).toString('hex').toUpperCase();

/** As if the script had touched the places of Docker. */
function logOfDocker(): string {
  const moves = [
    ['/srv/scene/bin/dockerd', '/usr/sbin/dockerd'],
    ['/srv/scene/etc/docker', '/etc/docker'],
  ] as const;
  return moves.reduce(
    (text, [from, to]) => text.replaceAll(from, to).replaceAll(hex(from), hex(to)),
    logText('enriched'),
  );
}

/** The records of one call of root, by a rule of another key. */
function event(
  serial: number,
  call: string,
  more: readonly (readonly [string, string])[],
  key = 'others',
): string {
  const who = 'success=yes exit=3 items=1 pid=5 auid=0 uid=0 euid=0 comm="p" exe="/bin/p"';
  const records = [
    ['SYSCALL', `arch=c000003e ${call} ${who} key="${key}"`],
    ['CWD', 'cwd="/root"'],
    ...more,
  ];
  return records
    .map(([kind, text]) => `type=${kind} msg=audit(1795558300.000:${serial}): ${text}\n`)
    .join('');
}

/** One opening of `path`, as a rule with that key records it. */
function opened(serial: number, path: string, key: string): string {
  const named = `item=0 name="${path}" inode=1 dev=00:00 nametype=NORMAL`;
  return event(serial, 'syscall=257 a0=ffffff9c a1=0 a2=0', [['PATH', named]], key);
}

const named = (name: string, whose: string, role: string) =>
  `item=0 name=${name} ${whose} nametype=${role}`;

/** As records name a file. */
function inodeOf(path: string): string {
  const { ino, dev } = statSync(path, { bigint: true });
  const device = [dev >> 8n, dev & 0xffn].map((part) => part.toString(16).padStart(2, '0'));
  return `inode=${ino} dev=${device.join(':')}`;
}

/** A practice host at that time, with `text` for its log; without one if there is none. */
async function hostWith(text: string | undefined): Promise<Practised> {
  const made = await practised('compliant', { now: () => NOW, pause: async () => undefined });
  mkdirSync(`${made.root}/var/log/audit`, { recursive: true });
  if (text !== undefined) writeLog(made, LOG, text);
  return made;
}

function writeLog({ root }: Practised, path: string, text: string): void {
  writeFileSync(`${root}${path}`, text);
  utimesSync(`${root}${path}`, NOW, NOW);
}

const document = v.object({
  since: v.string(),
  controls: v.nullable(v.array(v.string())),
  isCut: v.boolean(),
  log: v.object({ read: v.array(v.string()), unreadableLines: v.number() }),
  events: v.array(
    v.object({
      kind: v.string(),
      sentence: v.string(),
      count: v.number(),
      first: v.string(),
      last: v.string(),
      controls: v.optional(v.array(v.string()), []),
    }),
  ),
  notes: v.array(v.string()),
});

async function told(host: Host, ...args: readonly string[]) {
  const ended = await dockaudit(host, ['events', '--format', 'json', ...args]);
  expect(ended.exit, ended.stdout).toBe(0);
  expect(validate(ended.report), JSON.stringify(validate.errors)).toBe(true);
  return v.parse(document, ended.report);
}

describe('what the rules caught', () => {
  it('is told in sentences: who, by which login, did what, with what', async () => {
    using made = await hostWith(logOfDocker());
    const { exit, stdout } = await dockaudit(made.host, ['events']);
    expect(exit).toBe(0);
    const text = stdout.replaceAll('\n    ', ' ');
    for (const sentence of [
      'UTC  auditd started',
      'UTC  root (no login) added a rule with the keys docker and second, with /usr/sbin/auditctl',
      'UTC  root (no login) executed /usr/sbin/dockerd (1.2.3)',
      'root (no login) changed the mode of /etc/docker/daemon.json to 0600, with /usr/bin/python3.11 (1.2.5 and 1.2.10)',
      'renamed /etc/docker/daemon.json.new to /etc/docker/daemon.json, with /usr/bin/mv (1.2.5 and 1.2.10)',
      'failed to rename something in /etc/docker (EEXIST), with /usr/bin/mv (1.2.5)',
      'nobody (no login) was not allowed to open /usr/sbin/dockerd for writing (EACCES), with /usr/bin/dash (1.2.3)',
      'alice, as root, opened /etc/docker/daemon.json for reading, with /usr/bin/cat (1.2.5 and 1.2.10)',
      'alice was not allowed to open /etc/docker/daemon.json for reading (EACCES)',
      "root opened /etc/docker/daemon.json for reading, with '/srv/scene/bin/my cat'",
      'opened /etc/docker/daemon.json for writing, with /usr/bin/bash (1.2.5 and 1.2.10): 2 times',
      'the kernel dropped its rule on /usr/sbin/dockerd with the key docker: its directory was moved, removed or unmounted by root (no login), with /usr/bin/rm',
      'UTC  auditd ended, by a signal of root',
      'since 2026-11-24 06:00:00 UTC, by /var/log/audit/audit.log.',
    ])
      expect(text).toContain(sentence);
  });

  it('is harmless on a terminal, whatever the names are', async () => {
    using made = await hostWith(logOfDocker());
    const { stdout } = await dockaudit(made.host, ['events']);
    expect(stdout).toContain(`made '/etc/docker/"new" \\x1b[31m.json', with`);
    expect(stdout).not.toContain('\x1b');
  });

  it('is one document, the newest last, repeats gathered', async () => {
    using made = await hostWith(logOfDocker());
    const { events, since, log, isCut } = await told(made.host);
    expect({ since, isCut, ...log }).toEqual({
      since: '2026-11-24T06:00:00.000Z',
      isCut: false,
      read: [LOG],
      unreadableLines: 0,
    });
    expect(events.map(({ last }) => last)).toEqual(events.map(({ last }) => last).toSorted());
    // The log holds 36 with the key, 9 of audit itself, and auditd's own registering is not told.
    expect(events.reduce((sum, { count }) => sum + count, 0)).toBe(36 + 9 - 1);
    expect(new Set(events.map(({ sentence, count }) => `${sentence} ${count}`)).size).toBe(
      events.length - 1,
    );
  });

  it('of one control is what touched its place', async () => {
    using made = await hostWith(logOfDocker());
    const { events, controls } = await told(made.host, '--control', '1.2.3');
    expect(controls).toEqual(['1.2.3']);
    expect(events.map(({ sentence }) => sentence)).toEqual([
      'root (no login) executed /usr/sbin/dockerd',
      'nobody (no login) was not allowed to open /usr/sbin/dockerd for writing (EACCES), with /usr/bin/dash',
      'the kernel dropped its rule on /usr/sbin/dockerd with the key docker: its directory was moved, removed or unmounted by root (no login), with /usr/bin/rm',
    ]);
  });

  it('of another key counts where it is a place of ours, under any of its names', async () => {
    using made = await hostWith(
      opened(1, '/usr/sbin/dockerd', 'identity') +
        opened(2, '/etc/shadow', 'identity') +
        // The directory of the process is /root, and /sbin is a link.
        opened(3, '../sbin/dockerd', 'identity') +
        opened(4, '/etc/elsewhere', 'docker') +
        opened(5, '/etc/other', 'docker-other'),
    );
    const { events } = await told(made.host);
    expect(events.map(({ sentence, controls, count }) => [sentence, controls, count])).toEqual([
      ['root opened /usr/sbin/dockerd for reading, with /bin/p', ['1.2.3'], 2],
      ['root opened /etc/elsewhere for reading, with /bin/p', [], 1],
    ]);
  });

  it('by an open file or an open directory is known by inodes, as the host has them now', async () => {
    using made = await hostWith('');
    const identity = (path: string) => inodeOf(`${made.root}${path}`);
    const unlinked = (name: string, parent: string) => [
      ['PATH', named('"/root"', parent, 'PARENT')] as const,
      ['PATH', named(`"${name}"`, 'inode=1 dev=00:00', 'DELETE')] as const,
    ];
    const unlink = 'syscall=263 a0=5 a1=0 a2=0';
    const log = [
      event(1, 'syscall=91 a0=4 a1=1a4', [
        ['PATH', named('(null)', identity('/usr/lib/systemd/system/docker.socket'), 'NORMAL')],
      ]),
      event(2, unlink, unlinked('dockerd', identity('/usr/sbin'))),
      event(3, unlink, unlinked('key.json', identity('/etc/docker'))),
      event(4, unlink, unlinked('dockerd', 'inode=1 dev=00:00')),
    ];
    writeLog(made, LOG, log.join(''));
    const { events } = await told(made.host);
    expect(events.map(({ sentence, controls }) => [sentence, ...controls])).toEqual([
      [
        'root changed the mode of /usr/lib/systemd/system/docker.socket to 0644, with /bin/p',
        '1.2.7',
      ],
      ['root deleted /usr/sbin/dockerd, with /bin/p', '1.2.3'],
      ['root deleted /etc/docker/key.json, with /bin/p', '1.2.5'],
    ]);
  });

  it('is looked for in what was rotated away, too', async () => {
    const lines = logOfDocker().split('\n');
    // An event lies across the end of the older file.
    const at = lines.findIndex((line) => line.includes('EXECVE'));
    using made = await hostWith(lines.slice(at).join('\n'));
    writeLog(made, `${LOG}.1`, `${lines.slice(5, at).join('\n')}\n`);
    writeLog(made, `${LOG}.10`, `${lines.slice(0, 5).join('\n')}\n`);
    writeLog(made, `${LOG}.gz`, 'no log');
    using whole = await hostWith(logOfDocker());
    const { events, log } = await told(made.host);
    expect(log.read).toEqual([`${LOG}.10`, `${LOG}.1`, LOG]);
    expect(events).toEqual((await told(whole.host)).events);
  });

  it('since a moment is nothing older', async () => {
    using made = await hostWith(logOfDocker());
    const { events } = await told(made.host, '--since', '2026-11-24T22:10:37.240Z');
    expect(events.map(({ sentence }) => sentence)).toEqual(['auditd ended, by a signal of root']);
    const none = await dockaudit(made.host, ['events', '--since', '1h']);
    expect(none.exit).toBe(0);
    expect(none.stdout).toContain(
      'Nothing was recorded since 2026-11-25 05:00:00 UTC in /var/log/audit/audit.log.',
    );
  });

  it('stands beside lines that are no records, and says so', async () => {
    using made = await hostWith(logOfDocker());
    appendFileSync(`${made.root}${LOG}`, 'type=SYSCALL msg=audit(179555\n\xff\xfe garbage\n');
    utimesSync(`${made.root}${LOG}`, NOW, NOW);
    const { log, notes } = await told(made.host);
    expect(log.unreadableLines).toBe(2);
    expect(notes).toContain('2 lines of the log are no record');
  });
});

describe('no log', () => {
  it('is not the same as no events', async () => {
    using made = await hostWith(undefined);
    const ended = await dockaudit(made.host, ['events']);
    expect(ended.exit).toBe(1);
    expect(readFailure(ended)).toMatchObject({
      class: 'HostFailure',
      message:
        'cannot read events: there is no log in /var/log/audit, for auditd has never written one here',
      advice: "'dockaudit check' says what is wanting",
    });
  });

  it.each(['write_logs = no', 'log_format = NOLOG'])('is kept with %s', async (line) => {
    using made = await hostWith(undefined);
    appendFileSync(`${made.root}/etc/audit/auditd.conf`, `${line}\n`);
    expect(readFailure(await dockaudit(made.host, ['events']))).toMatchObject({
      message:
        'cannot read events: there is no log in /var/log/audit, for auditd.conf has auditd write none',
      advice: expect.stringContaining("'write_logs = yes'"),
    });
  });

  it('may be read: root may', async () => {
    using made = await hostWith(logOfDocker());
    const host: Host = {
      ...made.host,
      readPart: async (path) => {
        throw new HostFailure(`cannot read '${path}': permission denied`, 'ask root', 'EACCES');
      },
    };
    const ended = await dockaudit(host, ['events']);
    expect(ended.exit).toBe(77);
    expect(readFailure(ended)).toMatchObject({
      class: 'PrivilegeFailure',
      advice: 'sudo dockaudit events',
    });
  });

  it('lies where auditd.conf says', async () => {
    using made = await hostWith(undefined);
    appendFileSync(`${made.root}/etc/audit/auditd.conf`, 'log_file = /srv/a/b.log\n');
    mkdirSync(`${made.root}/srv/a`, { recursive: true });
    writeLog(made, '/srv/a/b.log', logOfDocker());
    expect((await told(made.host)).log.read).toEqual(['/srv/a/b.log']);
  });
});

describe('of a host', () => {
  it('where nobody records, it is told that the log is silent for that', async () => {
    using made = await hostWith(logOfDocker());
    await type(made.host, '/usr/bin/systemctl stop auditd');
    expect((await told(made.host)).notes).toEqual([
      'auditd does not run now: nothing is being recorded',
    ]);
  });
});
