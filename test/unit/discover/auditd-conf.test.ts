/** What auditd.conf decides of the log. Source: auditd.conf(5); auditd-config.c, audit 3.0. */

import { describe, expect, it } from 'vitest';
import { logSettings, type LogSettings } from '../../../src/discover/auditd-conf.ts';
import { discover } from '../../../src/discover/discover.ts';
import type { Facts } from '../../../src/discover/facts.ts';
import { absolutePath } from '../../../src/paths.ts';
import { goldenHost, parseManifest } from '../../support/golden.ts';

async function factsOf(conf: readonly string[] | undefined, live = true): Promise<Facts> {
  const file = '/etc/audit/auditd.conf';
  const host = {
    situation: 'auditd.conf',
    source: 'auditd.conf(5)',
    boots: false,
    ...(conf ? { files: { [file]: conf } } : { removed: [file] }),
    expected: { exit: 0, verdicts: {} },
  };
  using made = await goldenHost(parseManifest(JSON.stringify(host)));
  return await discover(made.host, [], { live, includeAbsent: false });
}

describe('a line of auditd.conf', () => {
  it.each<[line: string, read: Partial<LogSettings>]>([
    ['max_log_file = 8', { maxLogFileMiB: 8 }],
    ['num_logs = 999', { numLogs: 999 }],
    ['max_log_file_action = KEEP_LOGS', { maxLogFileAction: 'keep_logs' }],
    ['Max_Log_File_Action = Rotate', { maxLogFileAction: 'rotate' }],
    ['space_left = 75', { spaceLeft: { amount: 75, unit: 'MiB' } }],
    ['space_left = 25%', { spaceLeft: { amount: 25, unit: '%' } }],
    ['space_left_action = email', { spaceLeftAction: 'email' }],
    ['admin_space_left = 1%', { adminSpaceLeft: { amount: 1, unit: '%' } }],
    ['admin_space_left_action = exec /usr/local/bin/make-room', { adminSpaceLeftAction: 'exec' }],
    ['disk_full_action = HALT', { diskFullAction: 'halt' }],
    ['disk_error_action = single', { diskErrorAction: 'single' }],
    ['log_file = /srv//log/audit.log', { logFile: absolutePath('/srv/log/audit.log') }],
    // The defaults of the program, not of the file that packages ship.
    ['', { maxLogFileMiB: 0, numLogs: 0, maxLogFileAction: 'ignore', diskFullAction: 'ignore' }],
    ['## disk_full_action = HALT', { diskFullAction: 'ignore', diskErrorAction: 'syslog' }],
  ])('%s', async (line, read) => {
    const { storage, notes } = await factsOf([line]);
    expect(storage).toMatchObject(read);
    expect(notes).toEqual([]);
  });

  it.each([
    ['max_log_file = banana', { maxLogFileMiB: 0 }],
    ['max_log_file = -8', { maxLogFileMiB: 0 }],
    [`max_log_file = ${'9'.repeat(400)}`, { maxLogFileMiB: 0 }],
    ['num_logs = 1000', { numLogs: 0 }],
    ['max_log_file_action = halt', { maxLogFileAction: 'ignore' }],
    ['space_left = 100%', { spaceLeft: { amount: 0, unit: 'MiB' } }],
    ['disk_full_action = email', { diskFullAction: 'ignore' }],
    ['disk_error_action = rotate', { diskErrorAction: 'syslog' }],
    ['disk_full_action =', { diskFullAction: 'ignore' }],
    ['log_file = audit.log', { logFile: '/var/log/audit/audit.log' }],
  ])('%s is refused by auditd: a note, and the default', async (line, read) => {
    const { storage, notes } = await factsOf([line]);
    expect(storage).toMatchObject(read);
    expect(notes).toEqual([expect.stringContaining(line.slice(0, 40))]);
    expect(notes.join('').length).toBeLessThan(200);
  });

  it('is told of auditd.conf alone: none means the defaults', async () => {
    const { storage, notes } = await factsOf(undefined);
    expect(storage).toMatchObject({ maxLogFileAction: 'ignore', stopsHost: [] });
    expect(notes).toEqual([]);
  });
});

describe('the host stops for its log', () => {
  it.each<[lines: Readonly<Record<string, string>>, because: readonly string[]]>([
    [{ disk_full_action: 'HALT' }, ['disk_full_action = halt']],
    [{ disk_error_action: 'single' }, ['disk_error_action = single']],
    [{ space_left: '75', space_left_action: 'halt' }, ['space_left_action = halt']],
    [
      { admin_space_left: '5%', admin_space_left_action: 'single', disk_full_action: 'halt' },
      ['admin_space_left_action = single', 'disk_full_action = halt'],
    ],
    // Free room is never below 0.
    [{ admin_space_left: '0', admin_space_left_action: 'halt' }, []],
    [{ space_left_action: 'halt' }, []],
    [{ disk_full_action: 'suspend', disk_error_action: 'exec /bin/x' }, []],
    [{ disk_full_action: 'rotate', space_left: '75', space_left_action: 'syslog' }, []],
  ])('%j', (lines, because) => {
    expect(logSettings(new Map(Object.entries(lines))).log.stopsHost).toEqual(because);
  });
});

describe('the room for the log', () => {
  it('is asked of the file system that will hold it, where the directory is not made yet', async () => {
    const { storage } = await factsOf(['log_file = /srv/not/yet/audit.log']);
    expect(storage.space?.totalBytes).toBeGreaterThan(0);
  });

  it('is not known of an image: its own file systems are not mounted', async () => {
    expect((await factsOf([], false)).storage).not.toHaveProperty('space');
  });
});
