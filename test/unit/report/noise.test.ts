/** Noise and log in words. Source of the figures: docs/noise.md; of the words: auditd.conf(5). */

import { describe, expect, it } from 'vitest';
import type { Storage } from '../../../src/discover/storage.ts';
import { explain } from '../../../src/report/explain.ts';
import { logRows } from '../../../src/report/log.ts';
import { describeNoise, noiseOf } from '../../../src/report/noise.ts';
import type { Watch } from '../../../src/plan/plan.ts';
import { ascii, DAEMON, facts, failing, path, plain } from './situations.ts';

const GIB = 1024 ** 3;

function row(label: string, storage: Partial<Storage>): string | undefined {
  const rows = logRows({ ...facts, storage: { ...facts.storage, ...storage } });
  return rows.find(([name]) => name === label)?.[1];
}

function watch(name: string, extent: Watch['extent'], permissions = 'rwxa'): Watch {
  return { control: '1.2.3', path: path(name), permissions, extent };
}

describe('noise', () => {
  it('of a file is nothing that can be measured', () => {
    expect(noiseOf(watch('/a', 'path'))).toMatch(/^nothing measurable for other work/);
  });

  it('of a directory is paid by every system call', () => {
    expect(noiseOf(watch('/a', 'directory'))).toContain('12 ns for every system call');
  });

  it('of a data root is told against the other choice', () => {
    expect(noiseOf(watch('/a', 'dataRoot', 'wa'))).toMatch(/with wa .*400 .*1400; --strict/);
    expect(noiseOf(watch('/a', 'dataRoot', 'rwxa'))).toMatch(/with rwxa .*flood.*1400 .*400$/);
  });

  it('is told once for each kind', () => {
    const watches = [
      watch('/usr/bin/dockerd', 'path'),
      watch('/var/lib/docker', 'dataRoot', 'wa'),
      watch('/usr/bin/runc', 'path'),
    ];
    const lines = describeNoise(watches, { ...ascii, width: 200 }).split('\n');
    expect(lines.filter((line) => line.startsWith('  p') || line.startsWith('  d'))).toEqual([
      '  paths      /usr/bin/dockerd and /usr/bin/runc',
      '  data root  /var/lib/docker',
    ]);
    expect(lines.filter((line) => line.includes('nothing measurable'))).toHaveLength(1);
  });
});

describe('the log', () => {
  it.each<[storage: Partial<Storage>, said: string]>([
    [
      { maxLogFileMiB: 8, numLogs: 5 },
      '5 files of 8 MiB, 40 MiB in all (about 38,000 events); then the oldest is overwritten',
    ],
    [{ numLogs: 1 }, 'one file that grows until the disk is full (num_logs = 1: no rotation)'],
    [{ maxLogFileAction: 'ignore' }, 'one file that grows until the disk is full'],
    [
      { maxLogFileAction: 'syslog' },
      'one file that grows until the disk is full; from 8 MiB on auditd warns in syslog',
    ],
    [{ maxLogFileAction: 'keep_logs' }, 'files of 8 MiB, and none is ever deleted (keep_logs)'],
    [
      { maxLogFileAction: 'suspend' },
      'one file of 8 MiB (about 7,600 events); then auditd records nothing until it is told to resume',
    ],
  ])('%j', (storage, said) => {
    expect(row('log', storage)).toBe(`/var/log/audit/audit.log: ${said}`);
  });

  it('is larger than its room', () => {
    const space = { freeBytes: 30 * 1024 ** 2, totalBytes: GIB };
    expect(row('room', { space })).toBe(
      '30 MiB of 1.0 GiB free (about 29,000 events), less than the log may take in all; ' +
        '/var/log/audit/ shares its file system with other files',
    );
  });

  it('of an image has a room that nobody knows', () => {
    const { space: _, ...storage } = facts.storage;
    const rows = logRows({ ...facts, storage: { ...storage, ownMount: true } });
    expect(rows).toContainEqual(['room', 'not known here; /var/log/audit/ is a mount of its own']);
  });

  it('says what happens when room gets short, and nothing of what never happens', () => {
    expect(row('low room', {})).toBe(
      'below 75 MiB auditd warns in syslog; ' +
        'below 50 MiB auditd records nothing until it is told to resume',
    );
    const never = { amount: 0, unit: 'MiB' } as const;
    const halt = {
      adminSpaceLeft: { amount: 5, unit: '%' },
      adminSpaceLeftAction: 'halt',
    } as const;
    expect(row('low room', { spaceLeft: never, ...halt })).toBe('below 5 % auditd halts this host');
    expect(row('low room', { spaceLeft: never, adminSpaceLeft: never })).toBeUndefined();
  });

  it.each([
    ['halt', 'auditd halts this host'],
    ['single', 'auditd takes this host to single-user mode'],
    ['exec', 'auditd runs a program, and records nothing until it is told to resume'],
    ['ignore', 'auditd does nothing about it, and events are lost'],
    ['syslog', 'auditd warns in syslog, and events are lost'],
  ] as const)('a full disk: %s', (diskFullAction, said) => {
    expect(row('full disk', { diskFullAction })).toBe(said);
    expect(row('disk error', { diskFullAction })).toContain('records nothing');
  });

  it('is not where the events go while another program takes them', () => {
    const consumer = { kind: 'other', pid: 7, name: 'osqueryd' } as const;
    expect(logRows({ ...facts, consumer }).at(-1)?.[1]).toMatch(/^osqueryd takes the events now/);
  });
});

describe('an explained data root', () => {
  const control = { ...DAEMON.control, place: { kind: 'dataRoot' }, recursive: true } as const;
  const section = { ...DAEMON, control: { ...control, required: ['w', 'a'] } } as const;
  const told = (storage: Storage) =>
    explain(section, failing, { ...facts, storage }, { ...plain, width: 200 });

  it('says what its watch logs', () => {
    expect(told(facts.storage)).toContain("the book's rwxa made 1400");
    expect(told(facts.storage)).not.toContain('--accept-noise');
  });

  it('says that a fix leaves it out where a full log stops the host', () => {
    const storage = { ...facts.storage, stopsHost: ['disk_full_action = halt'] };
    expect(told(storage).replace(/\s+/g, ' ')).toContain(
      'a fix leaves it out without --accept-noise: disk_full_action = halt',
    );
  });
});
