/** Each expected failure has its exit status, its advice and its cause. */

import { describe, expect, it } from 'vitest';
import {
  ChangeFailure,
  ExitStatus,
  Failure,
  HostFailure,
  Interrupted,
  LockedFailure,
  PrivilegeFailure,
  RollbackFailure,
  TemplateFailure,
  UnsupportedFailure,
  UsageFailure,
} from '../../src/errors.ts';

const before = { changeId: 'x', rolledBack: false };
const cause = new Error('deeper');

describe('failures', () => {
  it.each<[exit: number, failure: Failure]>([
    [1, new HostFailure('m', 'a', 'ENOSPC', cause)],
    [1, new ChangeFailure('m', 'a', before, cause)],
    [4, new ChangeFailure('m', 'a', { ...before, rolledBack: true }, cause)],
    [5, new RollbackFailure('m', 'x', ['rm -f /a'], cause)],
    [64, new UsageFailure('m', 'a', cause)],
    [64, new TemplateFailure('m', 'a', cause)],
    [75, new LockedFailure('m', 'a', cause)],
    [77, new PrivilegeFailure('m', 'a', cause)],
    [78, new UnsupportedFailure('m', 'a', cause)],
  ])('%i %s', (exit, failure) => {
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.exitCode).toBe(exit);
    expect(failure.name).toBe(failure.constructor.name);
    expect(failure.message).toBe('m');
    expect(failure.advice).not.toBe('');
    expect(failure.cause).toBe(cause);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
    ['SIGUSR1', 138],
    ['SIGUSR2', 140],
    ['SIGALRM', 142],
    ['SIGPWR', 158],
  ] as const)('%s ends with %i', (signal, exit) => {
    expect(new Interrupted(signal).exitCode).toBe(exit);
  });

  it('a rollback that failed names every command that finishes it', () => {
    const failure = new RollbackFailure('m', 'x', ['rm -f /a', 'auditctl -D']);
    expect(failure.advice.split('\n').slice(1)).toEqual(['rm -f /a', 'auditctl -D']);
  });

  it('no status has two meanings', () => {
    const statuses = Object.values(ExitStatus);
    expect(new Set(statuses).size).toBe(statuses.length);
  });
});
