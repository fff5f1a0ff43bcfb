/** Values that the report tests draw: a Debian host, its two controls, a plan, a change. */

import type { Change } from '../../../src/apply/change.ts';
import type { Benchmark, OtherNumber, Section } from '../../../src/controls/control.ts';
import type { Finding } from '../../../src/evaluate/finding.ts';
import type { FileImage } from '../../../src/host/host.ts';
import { absolutePath, type AbsolutePath } from '../../../src/paths.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { HostFacts, Report, Run } from '../../../src/report/report.ts';
import type { Style } from '../../../src/terminal/terminal.ts';
import { encode } from '../../../src/text.ts';

export const plain: Style = { width: 80, colour: false, unicode: true };
export const ascii: Style = { width: 80, colour: false, unicode: false };
export const narrow: Style = { width: 30, colour: false, unicode: true };
export const wide: Style = { width: 200, colour: false, unicode: true };
export const colourful: Style = { width: 80, colour: true, unicode: true };

/** Clears the screen, paints red, sets a title, turns the text around. */
export const HOSTILE = 'a\x1b[2J\x1b]0;title\x07\x9b31m\u202eb\r\nc';

export function path(text: string): AbsolutePath {
  return absolutePath(text);
}

function later(slug: string, number: string): OtherNumber {
  return {
    slug,
    benchmark: 'cis-docker-1.6.0',
    title: 'CIS Docker 1.6.0',
    number,
    level: 1,
    unverified: false,
    era: 'later',
  };
}

export const DAEMON: Section = {
  number: '1.2.3',
  level: 1,
  also: [],
  otherNumbers: [later('docker-daemon', '1.1.3')],
  control: {
    slug: 'docker-daemon',
    title: 'The Docker daemon is audited',
    description: 'A rule records what happens to the executable of the daemon.',
    place: { kind: 'daemon' },
    recursive: false,
    needsDocker: false,
    literalPath: path('/usr/bin/dockerd'),
    required: ['w', 'x', 'a'],
    recommended: ['r', 'w', 'x', 'a'],
    rationale: 'The daemon runs as root.',
    impact: 'Audit logs grow.',
    defaultValue: 'No rule watches it.',
    procedure: {
      description: 'List the rules and look for the daemon.',
      grep: '/usr/bin/dockerd',
      text: 'auditctl -l | grep /usr/bin/dockerd',
    },
    remediation: 'Add `-w /usr/bin/dockerd -k docker` and restart auditd.',
    references: ['https://example.org/audit'],
    safeguards: [
      {
        version: '7',
        number: '6.2',
        title: 'Activate audit logging',
        summary: 'Logging is switched on.',
      },
    ],
    outside: [{ scanner: 'docker-bench-security', version: '1.6.0', id: 'check_1_1_3' }],
  },
};

const SOCKET: Section = {
  ...DAEMON,
  number: '1.2.7',
  otherNumbers: [later('docker-socket', '1.1.9')],
  control: {
    ...DAEMON.control,
    slug: 'docker-socket',
    title: 'The unit file docker.socket is audited',
    place: { kind: 'unit', unit: 'docker.socket' },
    recursive: false,
    needsDocker: false,
    literalPath: path('/usr/lib/systemd/system/docker.socket'),
  },
};

export const benchmark: Benchmark = {
  id: 'cis-docker-1.2.0',
  title: 'CIS Docker 1.2.0',
  sections: [DAEMON, SOCKET],
  elsewhere: [],
};

export const facts: HostFacts = {
  machine: {
    name: 'web-1',
    machineId: '0123456789abcdef0123456789abcdef',
    bootId: '01234567-89ab-cdef-0123-456789abcdef',
    distribution: { title: 'Debian GNU/Linux 12 (bookworm)', id: 'debian', like: [] },
    architecture: 'x86_64',
    init: 'systemd',
    auditsFromBoot: false,
    loginuid: 1000,
  },
  version: [3, 0, 9],
  mechanism: {
    kind: 'rulesFile',
    file: path('/etc/audit/audit.rules'),
    load: [path('/usr/sbin/auditctl'), '-R', '/etc/audit/audit.rules'],
    runBy: 'auditd.service',
  },
  kernel: {
    kind: 'reachable',
    enabled: 'on',
    status: {
      enabled: 1,
      failure: 1,
      rateLimit: 0,
      backlogLimit: 8192,
      backlogWaitTime: 60000,
      loginuidImmutable: false,
    },
    pid: 812,
    lost: 0,
    backlog: 0,
  },
  consumer: { kind: 'auditd', pid: 812 },
  storage: {
    logFile: path('/var/log/audit/audit.log'),
    maxLogFileMiB: 8,
    numLogs: 5,
    maxLogFileAction: 'rotate',
    spaceLeft: { amount: 75, unit: 'MiB' },
    spaceLeftAction: 'syslog',
    adminSpaceLeft: { amount: 50, unit: 'MiB' },
    adminSpaceLeftAction: 'suspend',
    diskFullAction: 'suspend',
    diskErrorAction: 'suspend',
    stopsHost: [],
    ownMount: false,
    space: { freeBytes: 12 * 1024 ** 3, totalBytes: 20 * 1024 ** 3 },
  },
  places: new Map([
    [
      'docker-daemon',
      {
        kind: 'found',
        targets: [
          { path: path('/usr/sbin/dockerd'), required: true, recursive: false, why: 'ExecStart' },
        ],
        notes: [],
      },
    ],
    ['docker-socket', { kind: 'notApplicable', reason: 'there is no unit docker.socket' }],
  ]),
  notes: [],
};

export const failing: Finding = {
  section: DAEMON,
  verdict: 'fail',
  assessment: 'fail',
  basis: 'kernel+files',
  reason: 'No rule watches /usr/sbin/dockerd, neither in the kernel nor in the files.',
  advice: [],
  targets: [
    { path: path('/usr/sbin/dockerd'), required: true, recursive: false, why: 'ExecStart' },
  ],
  running: { kind: 'absent' },
  persistent: { kind: 'absent' },
  procedure: {
    command: 'auditctl -l | grep /usr/bin/dockerd',
    output: '',
    exit: 1,
    verdict: 'fail',
  },
  evidence: [],
};

export const passing: Finding = {
  ...failing,
  verdict: 'pass',
  assessment: 'pass',
  reason: '/usr/sbin/dockerd is watched.',
  running: { kind: 'covered', by: [] },
  persistent: { kind: 'covered', by: [] },
  evidence: [
    {
      origin: { kind: 'file', file: path('/etc/audit/rules.d/zz-docker.rules'), line: 4 },
      text: '-w /usr/sbin/dockerd -k docker',
    },
    { origin: { kind: 'kernel', index: 1 }, text: '-w /usr/sbin/dockerd -p rwxa -k docker' },
  ],
};

export const absent: Finding = {
  ...failing,
  section: SOCKET,
  verdict: 'notApplicable',
  assessment: 'notapplicable',
  reason: 'There is no unit docker.socket on this host.',
  targets: [],
  procedure: undefined,
};

export function image(text: string): FileImage {
  return { bytes: encode(text), mode: 0o640, uid: 0, gid: 0, mtime: new Date(0) };
}

export const RULES = path('/etc/audit/rules.d/zz-docker.rules');

export const plan: Plan = {
  edits: [
    {
      path: RULES,
      before: undefined,
      after: image('\n# dockerd\n-w /usr/sbin/dockerd -k docker\n'),
      satisfies: ['1.2.3'],
    },
  ],
  watches: [
    { control: '1.2.3', path: path('/usr/sbin/dockerd'), permissions: 'rwxa', extent: 'path' },
  ],
  preview: [
    {
      kind: 'file',
      path: path('/etc/audit/audit.rules'),
      before: '-D\n',
      after: '-D\n\n-w /usr/sbin/dockerd -k docker\n',
    },
    {
      kind: 'table',
      before: ['-w /etc/passwd -p wa -k identity'],
      after: ['-w /etc/passwd -p wa -k identity', '-w /usr/sbin/dockerd -p rwxa -k docker'],
    },
    { kind: 'status', before: ['enabled 1', 'failure 1'], after: ['enabled 1', 'failure 1'] },
  ],
  activation: {
    kind: 'load',
    commands: [[path('/usr/sbin/augenrules'), '--load']],
    reason: 'The table becomes the present one plus ours.',
  },
  daemon: {
    kind: 'restart',
    commands: [[path('/usr/sbin/service'), 'auditd', 'restart']],
    reason: 'It proves that the rules outlive a restart; about a second of events is missed.',
  },
  liveOnly: undefined,
  witnesses: [],
  unsilenced: [],
  withdrawn: [],
  promises: [{ control: '1.2.3', verdict: 'pass' }],
  leftOut: [],
  blockers: [],
  added: [],
  removed: [],
  touches: [RULES],
  notes: [],
  inputs: 'f'.repeat(64),
};

/** With a rule that no file may hold, and a line that is taken out of force. */
export const loudPlan: Plan = {
  ...plan,
  liveOnly: {
    commands: [[path('/usr/sbin/auditctl'), '-w', '/run/x/docker.socket', '-k', 'docker']],
    controls: ['1.2.7'],
    reason: 'No file may hold it.',
    tableBefore: [],
  },
  unsilenced: [
    {
      controls: ['1.2.3', '1.2.7'],
      rule: { list: 'task', action: 'never', syscalls: 'all', fields: [], keys: [] },
      text: '-a task,never',
      line: { file: path('/etc/audit/rules.d/10-none.rules'), line: 4 },
      index: 1,
    },
  ],
};

export const change: Change = {
  record: {
    schemaVersion: 1,
    id: '20261122T024500Z-1',
    time: '2026-11-22T02:45:00.000Z',
    tool: '0.1.0',
    root: path('/'),
    loginuid: 1000,
    argv: ['fix'],
    controls: ['1.2.3'],
    files: [
      { path: RULES, before: null },
      {
        path: path('/etc/audit/audit.rules'),
        before: {
          backup: 'audit.rules',
          sha256: '0'.repeat(64),
          mode: 0o640,
          uid: 0,
          gid: 0,
          mtime: '2026-01-01T00:00:00.000Z',
        },
      },
    ],
    edited: [RULES],
    activation: 'load',
    added: [],
    removed: [],
    withdrawn: [],
    wrote: [{ path: RULES, lines: ['-w /usr/sbin/dockerd -k docker'] }],
    kernel: null,
    daemon: { action: 'restart', start: [], stop: [] },
    announced: [],
  },
  state: 'kept',
  since: '2026-11-22T02:45:02.000Z',
  backup: path('/var/lib/dockaudit/changes/20261122T024500Z-1'),
  left: { files: {}, listing: null, restarted: true },
};

export const run: Run = {
  tool: { name: 'dockaudit', version: '0.1.0' },
  startedAt: '2026-11-22T02:45:00.000Z',
  argv: ['check'],
};

export const report: Report = {
  run,
  benchmark,
  facts,
  findings: [failing, absent],
  exitCode: 2,
};
