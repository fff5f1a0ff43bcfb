/**
 * Where the benchmark's own command and the verdict differ: what the command says, and the cause that
 * is told. What it says in F01 to F28 was measured in a real shell before this tool was.
 */

import { describe, expect, it } from 'vitest';
import { dockaudit, goldenHost, parseManifest, readReport } from '../support/golden.ts';
import { manifestOf, situations } from '../support/situations.ts';

interface Told {
  /** What the command says of 1.2.3 and of 1.2.7. */
  readonly book: readonly [string, string];
  /** Part of the sentence for each; empty where both agree. */
  readonly why: readonly [string, string];
}

const agree = ['', ''] as const;
const pass = ['pass', 'pass'] as const;
const fail = ['fail', 'fail'] as const;
const both = (why: string) => [why, why] as const;

const MEASURED: Readonly<Record<string, Told>> = {
  F01: { book: pass, why: agree },
  F02: { book: fail, why: agree },
  F03: {
    book: pass,
    why: [
      'only as part of a longer one, /usr/bin/dockerd-rootless.sh',
      'only as part of a longer one, /usr/lib/systemd/system/docker.socket.bak',
    ],
  },
  F04: { book: pass, why: both('the rule that it finds says never') },
  F05: { book: pass, why: both('records a part only: wa is not recorded') },
  F06: { book: pass, why: agree },
  F07: { book: pass, why: agree },
  F08: { book: pass, why: both('only events with auid>=1000') },
  F09: { book: pass, why: both('in a key only') },
  F10: { book: pass, why: both('in a filter, exe=') },
  F11: { book: fail, why: ['', 'the rule for /usr/lib/systemd/system watches all below it'] },
  F12: { book: ['fail', 'pass'], why: ['', 'and so it finds /opt/docker-socket-proxy/bin'] },
  F13: { book: fail, why: agree },
  F14: { book: pass, why: agree },
  F15: { book: pass, why: agree },
  F16: { book: ['pass', 'notApplicable'], why: agree },
  F17: { book: pass, why: ['', 'the file of docker.socket is /etc/systemd/system/docker.socket'] },
  F18: { book: pass, why: agree },
  F19: { book: fail, why: both('a question that nobody answered') },
  F20: { book: fail, why: both('a question that nobody answered') },
  F21: { book: pass, why: both('auditing is switched off (enabled 0)') },
  F22: { book: pass, why: both("'-a never,task' silences") },
  F23: { book: pass, why: both('silences the rule that it finds') },
  F24: { book: fail, why: ['looks for /usr/bin/dockerd, and dockerd is /usr/sbin/dockerd', ''] },
  F25: { book: pass, why: agree },
  F26: { book: pass, why: agree },
  F27: { book: fail, why: agree },
  F28: { book: pass, why: both("'-a always,exclude -F msgtype=SYSCALL' silences") },
};

describe.each(situations)('$id: $situation', (wanted) => {
  it('is told with what the command says, and why it differs', async () => {
    using made = await goldenHost(manifestOf(wanted));
    const { findings } = readReport(await dockaudit(made.host, ['check', '--format', 'json']));
    const { book, why } = MEASURED[wanted.id] ?? { book: [], why: [] };
    expect(findings.map(({ procedure }) => procedure)).toEqual(book);
    findings.forEach(({ procedureDissent, verdict, procedure }, index) => {
      const said = why[index] ?? '';
      expect(procedureDissent === '').toBe(said === '');
      expect(procedureDissent).toContain(said);
      expect([verdict, procedure].filter((word) => word === 'error')).toEqual(
        wanted.listingExit === 0 ? [] : ['error'],
      );
    });
  });
});

const RULES = '/etc/audit/rules.d/50-docker.rules';
const DAEMON = '-w /usr/sbin/dockerd -k docker';
const LITERAL = '-w /usr/bin/dockerd -k docker';
const SOCKET = '-w /usr/lib/systemd/system/docker.socket -k docker';

/** dockerd is /usr/sbin/dockerd on the practice host, as Debian has it. */
const MORE: readonly {
  readonly when: string;
  readonly host: object;
  readonly args?: readonly string[];
  readonly control: string;
  readonly verdict: string;
  readonly book: string | null;
  readonly why: string;
}[] = [
  {
    when: 'a never rule lists like a watch',
    host: { files: { [RULES]: [`-a never,exit -F path=/usr/bin/dockerd -F perm=rwxa`, DAEMON] } },
    control: '1.2.3',
    verdict: 'pass',
    book: 'pass',
    why: '',
  },
  {
    when: 'a never rule on the real daemon lists like a watch',
    host: {
      files: {
        [RULES]: ['-a never,exit -F path=/usr/lib/systemd/system/docker.socket -F perm=rwxa'],
      },
    },
    control: '1.2.7',
    verdict: 'fail',
    book: 'pass',
    why: 'the rule that it finds is a never rule, and a listing shows it like a watch',
  },
  {
    when: 'only the literal path is watched, and the daemon is elsewhere',
    host: { files: { [RULES]: [LITERAL] } },
    control: '1.2.3',
    verdict: 'fail',
    book: 'pass',
    why: 'finds /usr/bin/dockerd, and dockerd is /usr/sbin/dockerd here',
  },
  {
    when: 'only the kernel holds the rule',
    host: { commands: ['/usr/sbin/auditctl -w /usr/lib/systemd/system/docker.socket -k docker'] },
    control: '1.2.7',
    verdict: 'partial',
    book: 'pass',
    why: 'asks the kernel alone, and no file that is loaded holds the rule',
  },
  {
    when: 'no daemon takes the events',
    host: {
      files: { [RULES]: [DAEMON, LITERAL, SOCKET] },
      commands: ['/usr/bin/systemctl stop auditd'],
    },
    control: '1.2.3',
    verdict: 'partial',
    book: 'pass',
    why: 'looks at rules alone, and no daemon takes their events',
  },
  {
    when: 'a rule names the file by another way to it',
    host: {
      removed: ['/usr/sbin/dockerd'],
      links: { '/bin': 'usr/bin' },
      files: {
        '/usr/bin/dockerd': ['binary'],
        '/usr/lib/systemd/system/docker.service': ['[Service]', 'ExecStart=/usr/bin/dockerd'],
        [RULES]: ['-w /bin/dockerd -k docker'],
      },
    },
    control: '1.2.3',
    verdict: 'pass',
    book: 'fail',
    why: 'looks for one spelling, and the rule calls the same file /bin/dockerd',
  },
  {
    when: 'a rule without a path watches every file',
    host: {
      files: {
        [RULES]: ['-a always,exit -F perm=rwxa -k all'],
      },
    },
    control: '1.2.7',
    verdict: 'pass',
    book: 'fail',
    why: 'a rule without one watches every file',
  },
  {
    when: 'there is no Docker, and a rule names its path',
    host: { scenario: 'no-docker', files: { [RULES]: [LITERAL] } },
    control: '1.2.3',
    verdict: 'notApplicable',
    book: 'pass',
    why: 'there is nothing here that a rule could watch: no Docker daemon',
  },
  {
    when: 'auditctl is missing, and so the list is empty',
    host: { scenario: 'no-auditd' },
    control: '1.2.3',
    verdict: 'fail',
    book: 'fail',
    why: '',
  },
  {
    when: 'a unit that is not there is to be watched before it comes',
    host: { scenario: 'no-docker' },
    args: ['--include-absent'],
    control: '1.2.7',
    verdict: 'fail',
    book: 'fail',
    why: '',
  },
];

describe.each(MORE)('$when', ({ host, args = [], control, verdict, book, why }) => {
  it('is told', async () => {
    const manifest = { situation: '', source: '', ...host, expected: { exit: 0, verdicts: {} } };
    using made = await goldenHost(parseManifest(JSON.stringify(manifest)));
    const ended = await dockaudit(made.host, ['check', '--format', 'json', ...args]);
    const found = readReport(ended).findings.find((one) => one.control === control);
    expect(found).toMatchObject({ verdict, procedure: book });
    expect(found?.procedureDissent === '').toBe(why === '');
    expect(found?.procedureDissent).toContain(why);
  });
});

describe('a plan with --procedure that was reviewed', () => {
  it('is made again and applied as it was, without the option', async () => {
    const files = { [RULES]: ['-w /usr/sbin -p wxa -k bins', SOCKET] };
    const manifest = { situation: '', source: '', files, expected: { exit: 0, verdicts: {} } };
    using made = await goldenHost(parseManifest(JSON.stringify(manifest)));
    const file = '/root/plan.json';
    const review = ['plan', '--procedure', '--format', 'json', '--output', file];
    expect((await dockaudit(made.host, review)).exit).toBe(2);
    const ended = await dockaudit(made.host, ['--plan', file, '--yes', '--format', 'json']);
    expect(ended.exit, ended.stdout.slice(0, 500)).toBe(0);
    const { plan, findings } = readReport(ended);
    expect(plan?.promises).toEqual([{ control: '1.2.3', verdict: 'pass', procedure: 'pass' }]);
    expect(findings.map(({ procedure }) => procedure)).toEqual(['pass', 'pass']);
  });
});
