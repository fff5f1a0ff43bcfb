/** Load, add, reboot or nothing, and what becomes of auditd: each row of the road of a change. */

import { describe, expect, it } from 'vitest';
import { dockaudit, goldenHost, parseManifest, readReport } from '../../support/golden.ts';

const R = '/etc/audit/rules.d';
const OURS = [
  '-w /usr/sbin/dockerd -k docker',
  '-w /usr/bin/dockerd -k docker',
  '-w /usr/lib/systemd/system/docker.socket -k docker',
];
const SITE = '-w /etc/hostname -p wa -k site';

type Row = readonly [
  situation: string,
  host: Readonly<Record<string, unknown>>,
  args: string,
  /** The kind, and part of the reason. */
  activation: readonly [kind: string, reason?: string],
  daemon: readonly [kind: string, reason?: string],
];

const after = (name: string, ...lines: readonly string[]) => ({
  appended: { [`${R}/${name}`]: lines },
});

const ROWS: readonly Row[] = [
  ['a plain host', {}, '', ['load'], ['restart', 'outlive']],
  [
    'rules of others that are loaded',
    { files: { [`${R}/20-site.rules`]: [SITE] } },
    '',
    ['load'],
    ['restart'],
  ],
  ['--no-restart', {}, '--no-restart', ['load'], ['leave', '--no-restart']],
  [
    'ordinary tuning that waits is the loader’s business',
    after('20-site.rules', '-b 16384', '--backlog_wait_time 0', '-f 0'),
    '',
    ['load'],
    ['restart'],
  ],
  ['-e 0 waits', after('zy.rules', '-e 0'), '', ['add', '-e 0'], ['leave']],
  ['-e 2 waits', after('zy.rules', '-e 2'), '', ['add', '-e 2'], ['leave']],
  ['-f 2 waits', after('zy.rules', '-f 2'), '', ['add', '-f 2'], ['leave']],
  ['-r waits', after('zy.rules', '-r 100'), '', ['add', '-r 100'], ['leave']],
  [
    '--loginuid-immutable waits',
    after('zy.rules', '--loginuid-immutable'),
    '',
    ['add', '--loginuid-immutable'],
    ['leave'],
  ],
  ['a foreign rule waits', after('20-site.rules', SITE), '', ['add', SITE], ['leave']],
  [
    'a foreign rule waits, and --reload insists',
    after('20-site.rules', SITE),
    '--reload',
    ['load', '--reload'],
    ['restart'],
  ],
  [
    'the kernel alone holds a rule',
    { commands: [`/sbin/auditctl ${SITE}`] },
    '',
    ['add', 'no file holds'],
    ['leave'],
  ],
  [
    'the kernel alone holds a rule, and --reload insists',
    { commands: [`/sbin/auditctl ${SITE}`] },
    '--reload',
    ['load', '--reload'],
    ['restart'],
  ],
  [
    'the files have another order than the kernel',
    {
      files: { [`${R}/20-site.rules`]: [SITE, '-w /etc/group -p wa -k site'] },
      commands: [`/sbin/auditctl ${SITE.replace('-w', '-W')}`, `/sbin/auditctl ${SITE}`],
    },
    '',
    ['add', 'order'],
    ['leave'],
  ],
  [
    'no -D anywhere',
    { removed: [`${R}/audit.rules`], files: { [`${R}/20-site.rules`]: [SITE] } },
    '',
    ['add', '-D'],
    ['leave'],
  ],
  [
    'an immutable kernel',
    { files: { [`${R}/zy.rules`]: ['-e 2'] } },
    '',
    ['reboot', 'enabled 2'],
    ['leave'],
  ],
  [
    'an immutable kernel, whatever insists',
    { files: { [`${R}/zy.rules`]: ['-e 2'] } },
    '--reload --restart',
    ['reboot'],
    ['leave'],
  ],
  [
    'auditd is stopped',
    { commands: ['/usr/bin/systemctl stop auditd'] },
    '',
    ['load'],
    ['start', 'no daemon takes the events'],
  ],
  [
    'auditd is stopped and foreign rules wait',
    { ...after('20-site.rules', SITE), commands: ['/usr/bin/systemctl stop auditd'] },
    '',
    ['load'],
    ['start'],
  ],
  [
    'auditd is stopped and -e 2 waits',
    { ...after('zy.rules', '-e 2'), commands: ['/usr/bin/systemctl stop auditd'] },
    '',
    ['add', '-e 2'],
    ['leave'],
  ],
  [
    'auditd is stopped, and --no-restart leaves it',
    { commands: ['/usr/bin/systemctl stop auditd'] },
    '--no-restart',
    ['load'],
    ['leave'],
  ],
  [
    'another program takes the events',
    { scenario: 'other-daemon', boots: false },
    '',
    ['load'],
    ['leave', 'auditbeat'],
  ],
  [
    'another program takes the events, whatever insists',
    { scenario: 'other-daemon', boots: false },
    '--restart',
    ['load'],
    ['leave', 'auditbeat'],
  ],
  [
    'failure 2 is in force',
    { files: { [`${R}/zy.rules`]: ['-f 2'] } },
    '',
    ['load'],
    ['leave', 'failure'],
  ],
  [
    'failure 2 is in force, and --restart insists',
    { files: { [`${R}/zy.rules`]: ['-f 2'] } },
    '--restart',
    ['load'],
    ['restart'],
  ],
  [
    'auditd.conf is newer than auditd',
    { appended: { '/etc/audit/auditd.conf': ['# edited'] } },
    '',
    ['load'],
    ['leave', 'auditd.conf'],
  ],
  [
    'auditd.conf is newer than auditd, and --restart insists',
    { appended: { '/etc/audit/auditd.conf': ['# edited'] } },
    '--restart',
    ['load'],
    ['restart'],
  ],
  [
    'a stop hook loads other rules',
    {
      files: {
        '/etc/systemd/system/auditd.service.d/stop.conf': [
          '[Service]',
          'ExecStopPost=/sbin/auditctl -R /etc/audit/audit-stop.rules',
        ],
      },
    },
    '',
    ['load'],
    ['leave', 'audit-stop.rules'],
  ],
  [
    '-c lets a load go on after an error',
    { files: { [`${R}/20-site.rules`]: ['-c', '-w /srv/shop/config -p wa'] } },
    '',
    ['add', '-c'],
    ['leave'],
  ],
  [
    'the kernel alone lacks what the files have',
    { boots: false, files: { [`${R}/50-docker.rules`]: OURS } },
    '',
    ['load'],
    ['restart'],
  ],
  [
    'the files alone lack what the kernel has',
    { commands: OURS.map((rule) => `/sbin/auditctl ${rule}`) },
    '',
    ['load'],
    ['restart'],
  ],
  ['nothing is to be done', { files: { [`${R}/50-docker.rules`]: OURS } }, '', ['none'], ['leave']],
  [
    'nothing is to be done, whatever insists',
    { files: { [`${R}/50-docker.rules`]: OURS } },
    '--reload --restart',
    ['none'],
    ['leave'],
  ],
];

describe('the way into the kernel', () => {
  it.each(ROWS)('%s', async (situation, host, args, activation, daemon) => {
    const expected = { exit: 0, verdicts: {} };
    const manifest = parseManifest(
      JSON.stringify({ situation, source: 'design §4a', expected, ...host }),
    );
    using made = await goldenHost(manifest);
    const asked = args === '' ? [] : args.split(' ');
    const { plan } = readReport(await dockaudit(made.host, ['plan', '--format', 'json', ...asked]));
    expect([plan?.activation.kind, plan?.daemon.kind], JSON.stringify(plan?.activation)).toEqual([
      activation[0],
      daemon[0],
    ]);
    expect(plan?.activation.reason).toContain(activation[1] ?? '');
    expect(plan?.daemon.reason).toContain(daemon[1] ?? '');
  });
});
