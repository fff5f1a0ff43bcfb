/** auditctl's answers about status and version. */

import { describe, expect, it } from 'vitest';
import { listQuery, parseStatus, parseVersion } from '../../../src/audit/auditctl.ts';
import { absolutePath } from '../../../src/paths.ts';

describe('auditctl', () => {
  it('is asked by its whole path', () => {
    const { argv, kind } = listQuery(absolutePath('/usr/sbin/auditctl'));
    expect({ argv, kind }).toEqual({ kind: 'query', argv: ['/usr/sbin/auditctl', '-l'] });
  });

  it('tells the status on lines', () => {
    const text =
      'enabled 1\nfailure 1\npid 42\nrate_limit 0\nbacklog_limit 8192\nlost 3\nbacklog 4\n' +
      'backlog_wait_time 60000\nbacklog_wait_time_actual 0\nloginuid_immutable 0 unlocked\n';
    expect(parseStatus(text)).toEqual({
      enabled: 1,
      failure: 1,
      pid: 42,
      rateLimit: 0,
      backlogLimit: 8192,
      lost: 3,
      backlog: 4,
      backlogWaitTime: 60_000,
      loginuidImmutable: false,
    });
  });

  it('tells the status on one line in RHEL 6', () => {
    const text =
      'AUDIT_STATUS: enabled=2 flag=1 pid=7 rate_limit=0 backlog_limit=320 lost=0 backlog=0';
    expect(parseStatus(text)).toMatchObject({ enabled: 2, failure: 1, pid: 7, backlogLimit: 320 });
  });

  it.each(['', 'enabled 7\nfailure 1\n', 'The audit system is disabled\n'])(
    'tells nothing by %j',
    (text) => {
      expect(parseStatus(text)).toBeUndefined();
    },
  );

  it.each([
    ['auditctl version 3.0.9\n', [3, 0, 9]],
    ['auditctl version 3.0\n', [3, 0, 0]],
    ['', undefined],
  ])('%j is of version %j', (text, expected) => {
    expect(parseVersion(text)).toEqual(expected);
  });
});
