/** What becomes of auditd once the rules are loaded cleanly. Pure. */

import type { Facts } from '../discover/facts.ts';
import type { ActivationOptions } from './activation.ts';
import type { Forecast } from './forecast.ts';
import type { Daemon } from './plan.ts';

/** Restarted, started, or left as it is, and why. */
export function daemonAfterLoad(
  facts: Facts,
  after: Forecast,
  starts: boolean,
  { restart: asked }: Pick<ActivationOptions, 'restart'>,
): Daemon {
  const { restart, consumer } = facts;
  if (asked === 'needless') return leave('auditd is left as it is: rules only go');
  if (after.status.failure === 2 && asked !== 'always')
    return leave('failure is 2: the kernel panics if events are lost while auditd is away');
  if (asked === 'never') return leave('--no-restart');
  if (starts)
    return {
      kind: 'start',
      commands: restart.start,
      reason: 'no daemon takes the events',
    };
  if (consumer.kind === 'other')
    return leave(`${consumer.name} (pid ${consumer.pid}) takes the events, not auditd`);
  if (restart.restart.length === 0) return leave('no way to restart auditd was found');
  if (restart.hurts.length > 0 && asked !== 'always')
    return leave(`a restart would hurt: ${restart.hurts.join('; ')}`);
  return {
    kind: 'restart',
    commands: restart.restart,
    reason:
      'the benchmark asks for it, and it proves that the rules outlive it; about a second of events is missed',
  };
}

/** With its reason. */
export function leave(reason: string): Daemon {
  return { kind: 'leave', reason };
}
