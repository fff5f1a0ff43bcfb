/** Which auditd a change of ours restarted, by the times of both. */

import { describe, expect, it } from 'vitest';
import { hasRestarted } from '../../../src/apply/in-force.ts';
import { readChanges } from '../../../src/apply/journal.ts';
import type { Consumer } from '../../../src/discover/facts.ts';
import { absolutePath } from '../../../src/paths.ts';
import { dockaudit } from '../../support/golden.ts';
import { practised } from '../../support/hosts.ts';

const SECOND_MS = 1000;

/** A change that was made for real, and an auditd that started so long after its first line. */
async function askedAfter(ms: number, ...args: readonly string[]): Promise<boolean> {
  using made = await practised();
  await dockaudit(made.host, ['--yes', '--format', 'json', ...args]);
  const store = {
    host: made.host,
    directory: absolutePath('/var/lib/dockaudit'),
    lock: absolutePath('/run/dockaudit.lock'),
  };
  const [change] = await readChanges(store, absolutePath('/'));
  if (!change) throw new Error('nothing was changed');
  const startedAt = new Date(Date.parse(change.record.time) + ms).toISOString();
  const consumer: Consumer = { kind: 'auditd', pid: 400, startedAt };
  return hasRestarted(change, consumer);
}

describe('the auditd that runs', () => {
  it.each<[situation: string, ms: number, args: readonly string[], expected: boolean]>([
    ['is ours where it started with the change', 2 * SECOND_MS, [], true],
    ['is another where it started long before', -3600 * SECOND_MS, [], false],
    ['is another where it started long after', 3600 * SECOND_MS, [], false],
    ['is another where the change left it alone', 2 * SECOND_MS, ['--no-restart'], false],
  ])('%s', async (_, ms, args, expected) => {
    expect(await askedAfter(ms, ...args)).toBe(expected);
  });
});
