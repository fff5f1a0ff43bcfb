/** auditctl's questions as values of the port, and its answers read. Source: auditctl(8), 3.0.9. */

import type { Argv, Query } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import type { KernelStatus } from './status.ts';
import type { AuditVersion } from './world.ts';

const TIMEOUT_MS = 10_000;

function query(...argv: Argv): Query {
  return { kind: 'query', argv, timeoutMs: TIMEOUT_MS };
}

/** The kernel's table. */
export function listQuery(auditctl: AbsolutePath): Query {
  return query(auditctl, '-l');
}

/** The kernel's status. */
export function statusQuery(auditctl: AbsolutePath): Query {
  return query(auditctl, '-s');
}

/** The version of audit's userland. */
export function versionQuery(auditctl: AbsolutePath): Query {
  return query(auditctl, '-v');
}

/** What `auditctl -s` tells beside the settings; pid 0 is nobody. */
export type ParsedStatus = KernelStatus & {
  readonly pid: number;
  readonly lost: number;
  readonly backlog: number;
};

/** Reads `auditctl -s`: a pair on each line, or `AUDIT_STATUS: name=value …` of RHEL 6. */
export function parseStatus(text: string): ParsedStatus | undefined {
  const values = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/(?:^|\s)([a-z_]+)[= ](\d+)/g)) {
    values.set(name, value);
  }
  const number = (name: string): number => Number(values.get(name) ?? '0');
  const enabled = oneOf(values.get('enabled'));
  // Old kernels call it flag.
  const failure = oneOf(values.get('failure') ?? values.get('flag'));
  if (enabled === undefined || failure === undefined) return undefined;
  return {
    enabled,
    failure,
    pid: number('pid'),
    rateLimit: number('rate_limit'),
    backlogLimit: number('backlog_limit'),
    lost: number('lost'),
    backlog: number('backlog'),
    backlogWaitTime: number('backlog_wait_time'),
    loginuidImmutable: values.get('loginuid_immutable') === '1',
  };
}

function oneOf(text: string | undefined): 0 | 1 | 2 | undefined {
  return ([0, 1, 2] as const).find((known) => String(known) === text);
}

/** Reads `auditctl -v`. */
export function parseVersion(text: string): AuditVersion | undefined {
  const [, major, minor, patch = '0'] = /\bversion (\d+)\.(\d+)(?:\.(\d+))?/.exec(text) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return [Number(major), Number(minor), Number(patch)];
}
