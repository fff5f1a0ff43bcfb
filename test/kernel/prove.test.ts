/**
 * The proof against the live kernel: what a listing shows and what is so, in each way in which they
 * are known to differ (a listed rule that says never, is silenced, is dead, or is read by nobody).
 */

import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  AUDIT,
  auditctl,
  begin,
  daemonPid,
  dockaudit,
  dockauditBy,
  liveKernel,
  load,
  service,
  table,
  type Situation,
} from '../support/kernel.ts';

liveKernel();

const DOCKERD = '/usr/sbin/dockerd';
const WATCH = `-w ${DOCKERD} -p rwxa -k docker`;
const CONF = `${AUDIT}/auditd.conf`;
const COPY = '/srv/dockaudit-etc-docker';
let conf = '';

beforeAll(() => {
  conf = readFileSync(CONF, 'utf8');
});

afterEach(async () => {
  const pid = daemonPid();
  if (pid > 0) process.kill(pid, 'SIGCONT');
  await auditctl('-D');
  await auditctl('-e', '1');
  if (readFileSync(CONF, 'utf8') === conf) return;
  writeFileSync(CONF, conf);
  await service('restart');
});

/** What `prove` tells of one control. */
interface Proven {
  readonly status: number;
  readonly outcome: string;
  readonly reason: string;
  readonly attempts: readonly { readonly deed: string; readonly pid: number }[];
  readonly records: readonly string[];
}

async function proven(control: string, ...options: readonly string[]): Promise<Proven> {
  return read(await dockaudit('prove', '--control', control, '--format', 'json', ...options));
}

function read({ stdout, status }: { readonly stdout: string; readonly status: number }): Proven {
  const report: {
    readonly proofs: readonly (Pick<Proven, 'outcome' | 'reason'> & {
      readonly places: readonly Pick<Proven, 'attempts' | 'records'>[];
    })[];
  } = JSON.parse(stdout);
  const [proof] = report.proofs;
  if (proof === undefined) throw new Error(`nothing was proven:\n${stdout}`);
  const { outcome, reason, places } = proof;
  const attempts = places.flatMap((place) => place.attempts);
  return { status, outcome, reason, attempts, records: places.flatMap((place) => place.records) };
}

/** Only this rule is in the kernel, and no file holds it. */
async function typed(...lines: readonly string[]): Promise<void> {
  await begin({ daemon: 'running' });
  await load(`-D\n${lines.join('\n')}\n`);
}

const loaded = (...lines: readonly string[]): Situation => ({
  daemon: 'running',
  rules: { '30-docker.rules': `${lines.join('\n')}\n` },
});

describe('what is recorded', () => {
  test('is found by key, inode and our own process', async () => {
    await begin(loaded(WATCH));
    const { status, outcome, records, attempts } = await proven('1.2.3');
    expect([status, outcome]).toEqual([0, 'recorded']);
    const [call = ''] = records.filter((line) => line.startsWith('type=SYSCALL'));
    expect(call).toContain(` pid=${attempts[0]?.pid} `);
    expect(call).toContain('key="docker"');
    expect(records.join('\n')).toContain(`name="${DOCKERD}" inode=${statSync(DOCKERD).ino} `);
  });

  test.each([
    ['under another key', `-w ${DOCKERD} -p r -k other`, 'under the key other'],
    ['without a key', `-w ${DOCKERD} -p r`, 'without a key'],
    ['by a rule on a directory above', '-w /usr/sbin -p r -k above', 'under the key above'],
    [
      'by a rule in syscall style',
      `-a always,exit -F arch=b64 -S openat -F path=${DOCKERD} -F key=call`,
      'under the key call',
    ],
  ])('%s', async (_how, rule, reason) => {
    await typed(rule);
    const said = await proven('1.2.3');
    expect([said.status, said.outcome]).toEqual([0, 'recorded']);
    expect(said.reason).toContain(reason);
  });

  test('though PATH records are excluded', async () => {
    await typed('-a always,exclude -F msgtype=PATH', WATCH);
    expect(await proven('1.2.3')).toMatchObject({ status: 0, outcome: 'recorded' });
  });

  test('of a dockerd that is executing, also by its mode', async () => {
    const running = spawn(DOCKERD, ['--version'], { stdio: 'ignore' });
    running.kill('SIGSTOP');
    try {
      await typed(WATCH);
      expect(await proven('1.2.3')).toMatchObject({ status: 0, outcome: 'recorded' });
      await load(`-D\n-w ${DOCKERD} -p wa -k docker\n`);
      expect(await proven('1.2.3', '--touch')).toMatchObject({ status: 0, outcome: 'recorded' });
      expect(existsSync(`/proc/${running.pid}/exe`)).toBe(true);
    } finally {
      running.kill('SIGKILL');
    }
  });

  test('of a file by the rule that outlives its replacement, whichever of two spellings it has', async () => {
    const [short, long] = ['/lib', '/usr/lib'].map((at) => `${at}/systemd/system/docker.socket`);
    await typed(`-w ${short} -p rwxa -k short`, `-w ${long} -p rwxa -k long`);
    replaced(long ?? '');
    const said = await proven('1.2.7');
    expect([said.status, said.outcome]).toEqual([0, 'recorded']);
    expect(said.reason).toMatch(/under the key (?:short|long)$/);
  });

  test('once a change is kept, before it is told', async () => {
    await begin({ daemon: 'stopped' });
    const { stdout, status } = await dockaudit('fix', '--yes', '--prove', '--format', 'json');
    const report: {
      readonly change: { readonly state: string };
      readonly proofs: readonly Pick<Proven, 'outcome'>[];
    } = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(report.change.state).toBe('kept');
    expect(report.proofs.map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded']);
  });
});

/** As a package does it. */
function replaced(path: string): void {
  const copy = `${path}.dockaudit-test`;
  cpSync(path, copy, { preserveTimestamps: true });
  renameSync(copy, path);
}

describe('what is listed and not recorded', () => {
  test.each<[how: string, rules: readonly string[], reason: string | RegExp]>([
    [
      'a never rule that lists as a watch',
      [`-a never,exit -F path=${DOCKERD} -F perm=rwxa -F key=docker`],
      'stands in no file, and may be a never rule',
    ],
    ['never,task', ['-a never,task', WATCH], "'-a never,task'"],
    ['an earlier never rule for all', ['-a never,exit -S all', WATCH], 'never,exit'],
    [
      'an earlier never rule on a directory above',
      [`-a never,exit -F dir=/usr/sbin -F perm=rwxa`, WATCH],
      /never/,
    ],
    [
      'SYSCALL records excluded',
      ['-a always,exclude -F msgtype=SYSCALL', WATCH],
      'msgtype=SYSCALL',
    ],
    [
      'a range of records excluded',
      ['-a always,exclude -F msgtype>=1300 -F msgtype<=1399', WATCH],
      'exclude',
    ],
    [
      'a rule for the logins of people',
      [`-a always,exit -F path=${DOCKERD} -F perm=rwxa -F auid>=1000 -F auid!=unset -F key=docker`],
      'auid>=1000',
    ],
    [
      'two permission fields, which both have to hold',
      [`-a always,exit -F path=${DOCKERD} -F perm=w -F perm=a -F key=docker`],
      'watch',
    ],
  ])('%s', async (_how, rules, reason) => {
    await typed(...rules);
    expect(table()).toHaveLength(rules.length);
    const said = await proven('1.2.3');
    expect([said.status, said.outcome]).toEqual([2, 'notRecorded']);
    expect(said.reason).toMatch(reason);
    expect(said.records).toEqual([]);
  });

  test('auditing is off', async () => {
    await typed(WATCH);
    await auditctl('-e', '0');
    const said = await proven('1.2.3');
    expect([said.status, said.outcome]).toEqual([2, 'notRecorded']);
    expect(said.reason).toContain('enabled 0');
  });

  test('no daemon takes the events', async () => {
    await typed(WATCH);
    await service('stop');
    const said = await proven('1.2.3');
    expect([said.status, said.outcome]).toEqual([2, 'notRecorded']);
    expect(said.reason).toContain('no daemon takes the events');
  });

  test.each([
    ['write_logs', /^opening it, .*\(write_logs = no/],
    // Such a daemon does not even ask the kernel for events.
    ['local_events', /^no daemon takes the events \(local_events = no/],
  ])('%s = no', async (setting, reason) => {
    writeFileSync(CONF, conf.replace(new RegExp(`^${setting} =.*`, 'm'), `${setting} = no`));
    await typed(WATCH);
    await service('restart');
    await load(`-D\n${WATCH}\n`);
    const said = await proven('1.2.3');
    expect([said.status, said.outcome]).toEqual([2, 'notRecorded']);
    expect(said.reason).toMatch(reason);
  });

  test('auditd is stopped', async () => {
    await typed(WATCH);
    process.kill(daemonPid(), 'SIGSTOP');
    const said = await proven('1.2.3');
    expect([said.status, said.outcome]).toEqual([2, 'notRecorded']);
    expect(said.reason).toContain('auditd is stopped');
  });

  test('a dir= rule on a file that was replaced', async () => {
    await typed('-a always,exit -F dir=/etc/default/docker -F perm=rwxa -F key=docker');
    expect(await proven('1.2.8')).toMatchObject({ outcome: 'recorded' });
    // As long as the old one has a name or a user, its rule is listed.
    const old = '/etc/default/docker.dockaudit-old';
    linkSync('/etc/default/docker', old);
    try {
      replaced('/etc/default/docker');
      const said = await proven('1.2.8');
      expect([said.status, said.outcome]).toEqual([2, 'notRecorded']);
      expect(table()).toHaveLength(1);
    } finally {
      rmSync(old);
    }
  });

  test('a rule on a directory that was renamed, though another stands in its place', async () => {
    await typed('-w /etc/docker -p rwxa -k docker');
    expect(await proven('1.2.5')).toMatchObject({ outcome: 'recorded' });
    renameSync('/etc/docker', COPY);
    try {
      cpSync(COPY, '/etc/docker', { recursive: true, preserveTimestamps: true });
      const said = await proven('1.2.5');
      expect([said.status, said.outcome]).toEqual([2, 'notRecorded']);
      expect(table()).toHaveLength(1);
    } finally {
      rmSync('/etc/docker', { recursive: true, force: true });
      renameSync(COPY, '/etc/docker');
    }
  });

  test('a rule on a directory alone, which lists as if it were on all below', async () => {
    mkdirSync('/etc/docker/dockaudit-test');
    try {
      await typed('-a always,exit -F path=/etc/docker -F perm=rwxa -F key=docker');
      expect(table()).toEqual(['-w /etc/docker -p rwxa -k docker']);
      const said = await proven('1.2.5');
      expect([said.status, said.outcome]).toEqual([2, 'notRecorded']);
      expect(said.reason).toContain('what lies below it is not');
    } finally {
      rmSync('/etc/docker/dockaudit-test', { recursive: true });
    }
  });

  test('a rule on a link, which does not see what the link leads to', async () => {
    await typed('-w /usr/bin/runc -p rwxa -k docker');
    const said = await proven('1.2.12');
    expect([said.status, said.outcome]).toEqual([2, 'notRecorded']);
    expect(said.reason).toMatch(/^\/usr\/sbin\/runc: no rule/);
    expect(said.attempts.map(({ deed }) => deed)).toEqual(['handle']);
  });
});

describe('our own process', () => {
  test('that was started under never,task is told, and a new one proves the rule', async () => {
    await typed('-a never,task', WATCH);
    const proof = dockauditBy(
      ['/bin/sh', '-c', 'sleep 3; exec "$@"', 'sh'],
      'prove',
      '--control',
      '1.2.3',
      '--format',
      'json',
    );
    await new Promise((resolve) => void setTimeout(resolve, 1000));
    await auditctl('-d', 'task,never');
    const said = read(await proof);
    expect([said.status, said.outcome]).toEqual([0, 'recorded']);
    expect(said.reason).toMatch(
      /by a new process, .* this run itself \(process \d+, begun by .*never,task/,
    );
  });
});

describe('what cannot be proven by reading', () => {
  test('is not touched unless that is asked for', async () => {
    await typed(`-w ${DOCKERD} -p wa -k docker`);
    const before = statSync(DOCKERD);
    const said = await proven('1.2.3');
    expect([said.status, said.outcome, said.attempts]).toEqual([0, 'notProvable', []]);
    expect(said.reason).toContain('--touch');
    expect(statSync(DOCKERD).ctimeMs).toBe(before.ctimeMs);
    const touched = await proven('1.2.3', '--touch');
    expect([touched.status, touched.outcome]).toEqual([0, 'recorded']);
    expect(touched.attempts.map(({ deed }) => deed)).toEqual(['setMode']);
    const after = statSync(DOCKERD);
    expect([after.mode, after.mtimeMs, after.uid]).toEqual([
      before.mode,
      before.mtimeMs,
      before.uid,
    ]);
    expect(after.ctimeMs).toBeGreaterThan(before.ctimeMs);
  });

  test('is left where execution alone is recorded', async () => {
    await typed(`-w ${DOCKERD} -p x -k docker`);
    expect(await proven('1.2.3', '--touch')).toMatchObject({ status: 0, outcome: 'notProvable' });
  });
});
