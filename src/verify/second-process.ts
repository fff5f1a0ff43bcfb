/**
 * The same once more by a child: a process that was started under `never,task`, or before auditing
 * was first switched on, leaves no records for life, and its children do. Measured, Linux 6.18.
 */

import { findProgram } from '../discover/programs.ts';
import { readLine, readText } from '../discover/small-files.ts';
import { startTime } from '../discover/start-time.ts';
import type { Facts } from '../discover/facts.ts';
import type { HostReader } from '../host/host.ts';
import { absolutePath } from '../paths.ts';
import type { Attempt } from './proof.ts';

const TIMEOUT_MS = 5000;

/**
 * Has a child open what `attempts` opened, and read nothing of it: `head -c 0`. The attempts that
 * were made again, with the times of now; none where there is no such program.
 */
export async function again(
  host: HostReader,
  attempts: readonly Attempt[],
): Promise<ReadonlyMap<Attempt, Attempt>> {
  const made = new Map<Attempt, Attempt>();
  const head = await findProgram(host, 'head');
  if (head === undefined) return made;
  for (const attempt of attempts) {
    if (attempt.deed !== 'open') continue;
    const from = host.clock.now().toISOString();
    const argv = [head, '-c', '0', '--', attempt.path] as const;
    await host.ask({ kind: 'query', argv, timeoutMs: TIMEOUT_MS });
    made.set(attempt, { ...attempt, from, until: host.clock.now().toISOString() });
  }
  return made;
}

/** Why this process leaves no records, though a child of it does: a sentence that names it. */
export async function ownSilence(
  host: HostReader,
  pid: number,
  { unsilencedAt, consumer }: Pick<Facts, 'unsilencedAt' | 'consumer'>,
): Promise<string> {
  const startedAt = (await startTime(host, pid))?.toISOString() ?? '';
  const parent = /^PPid:\s+(\d+)/m.exec(
    (await readText(host, absolutePath('/proc/self/status'))) ?? '',
  )?.[1];
  const name = parent && (await readLine(host, absolutePath(`/proc/${parent}/comm`)));
  const by = name ? `, begun by ${name}, pid ${parent}` : '';
  const auditdSince = consumer.kind === 'auditd' ? consumer.startedAt : undefined;
  const why =
    unsilencedAt !== undefined && startedAt < unsilencedAt
      ? 'was started while a never,task rule was in force'
      : auditdSince !== undefined && startedAt < auditdSince
        ? 'runs since before auditd, perhaps since before auditing was first switched on'
        : 'was started while a never,task rule was in force, or before auditing was first switched on';
  return `this run itself (process ${pid}${by}) ${why}, and leaves no records for life`;
}
