/** The kernel's status as auditctl 3.0.9 prints it. */

import type { Directive, Statement } from '../../audit/rule.ts';
import type { PracticeState } from './state.ts';

/** What `-s` prints, and each line of a rules file that sets something. */
export function statusLines({ kernel: { status }, daemon }: PracticeState): readonly string[] {
  return [
    `enabled ${status.enabled}`,
    `failure ${status.failure}`,
    `pid ${daemon.pid}`,
    `rate_limit ${status.rateLimit}`,
    `backlog_limit ${status.backlogLimit}`,
    'lost 0',
    'backlog 0',
    `backlog_wait_time ${status.backlogWaitTime}`,
    'backlog_wait_time_actual 0',
  ];
}

/** The last line of `-s`. */
export function featureLine({ kernel: { status } }: PracticeState): string {
  return `loginuid_immutable ${status.loginuidImmutable ? '1' : '0'} unlocked`;
}

/** The directives of a line, of one that cannot be read whole as well. */
export function directivesOf(statement: Statement): readonly Directive[] {
  return statement.kind === 'blank' ? [] : (statement.directives ?? []);
}

const SETTINGS = ['enabled', 'failure', 'backlogLimit', 'rateLimit', 'backlogWaitTime'];

/** Whether `statement` sets some of the status. */
export function sets(statement: Statement): boolean {
  return directivesOf(statement).some(({ name }) => SETTINGS.includes(name));
}
