/** Which processes may leave no records of their own. Source: measured facts, section 5, no `audit=1`. */

import { beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../../../src/discover/discover.ts';
import type { Consumer, Facts } from '../../../src/discover/facts.ts';
import { silentProcesses } from '../../../src/evaluate/silent-processes.ts';
import { absolutePath } from '../../../src/paths.ts';
import { practised } from '../../support/hosts.ts';

const MORNING = '2026-01-20T08:00:00.000Z';
const NOON = '2026-01-20T12:00:00.000Z';

let seen: Facts;
beforeAll(async () => {
  using made = await practised();
  seen = await discover(made.host, [], { live: true, includeAbsent: false });
});

function said(dockerd: string, consumer: Consumer, fromBoot = false): readonly string[] {
  const path = absolutePath('/usr/sbin/dockerd');
  const processes = [{ pid: 731, program: 'dockerd', path, startedAt: dockerd } as const];
  return silentProcesses({
    ...seen,
    consumer,
    machine: { ...seen.machine, auditsFromBoot: fromBoot },
    docker: { ...seen.docker, processes },
  });
}

it('is not said of the auditd that a change of ours restarted: it tells nothing of the one before', () => {
  const path = absolutePath('/usr/sbin/dockerd');
  const processes = [{ pid: 731, program: 'dockerd', path, startedAt: MORNING } as const];
  const consumer = { kind: 'auditd', pid: 400, startedAt: NOON } as const;
  const facts = { ...seen, consumer, docker: { ...seen.docker, processes } };
  expect(silentProcesses(facts)).toHaveLength(1);
  expect(silentProcesses({ ...facts, restartedByUs: true })).toEqual([]);
});

describe('dockerd', () => {
  it('that is older than auditd may be silent, and is named with both times', () => {
    expect(said(MORNING, { kind: 'auditd', pid: 400, startedAt: NOON })).toEqual([
      expect.stringMatching(/^dockerd \(pid 731\) .*2026-01-20 08:00 UTC.*2026-01-20 12:00 UTC/),
    ]);
  });

  it.each<[situation: string, consumer: Consumer, dockerd: string, fromBoot: boolean]>([
    ['is younger', { kind: 'auditd', pid: 400, startedAt: MORNING }, NOON, false],
    ['was audited from boot on', { kind: 'auditd', pid: 400, startedAt: NOON }, MORNING, true],
    ['cannot be compared', { kind: 'auditd', pid: 400 }, MORNING, false],
    ['has its events taken by another', { kind: 'other', pid: 9, name: 'x' }, MORNING, false],
  ])('is not named where it %s', (_, consumer, dockerd, fromBoot) => {
    expect(said(dockerd, consumer, fromBoot)).toEqual([]);
  });
});
