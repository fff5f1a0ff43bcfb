/** Looks for what was tried in the log, and says of each event what came of it, and why. */

import { parseStatus, statusQuery, type ParsedStatus } from '../audit/auditctl.ts';
import type { AuditEvent } from '../audit/records.ts';
import type { Facts } from '../discover/facts.ts';
import { readText } from '../discover/small-files.ts';
import type { Deed, EventMaker } from '../host/host.ts';
import { absolutePath } from '../paths.ts';
import { decode } from '../text.ts';
import type { Place, Tried, Try } from './attempts.ts';
import { causeOf } from './cause.ts';
import type { Result } from './conclude.ts';
import type { Hindrance } from './hindrance.ts';
import type { ReadLog } from './log-end.ts';
import type { Attempt } from './proof.ts';
import { search } from './search.ts';
import { again, ownSilence } from './second-process.ts';

interface Circumstances {
  readonly facts: Facts;
  readonly hindrance: Hindrance;
  readonly signal?: AbortSignal;
}

/** What the log and the kernel told of all events. */
interface Heard {
  readonly itself: ReadonlyMap<Attempt, AuditEvent>;
  /** Of those that were not found: made again by a child, and found. */
  readonly byChild: ReadonlyMap<Attempt, { readonly attempt: Attempt; readonly event: AuditEvent }>;
  /** Why this process leaves no records, if a child of it does. */
  readonly silence: string | undefined;
  readonly status: ParsedStatus | undefined;
  readonly isStopped: boolean;
}

/** @throws HostFailure if the log cannot be read */
export async function weigh(
  host: EventMaker,
  log: ReadLog,
  circumstances: Circumstances,
  tried: readonly Tried[],
): Promise<ReadonlyMap<Place, readonly Result[]>> {
  const done = tried.flatMap(({ tries }) => tries).filter((one) => one.kind === 'done');
  const heard = await hear(host, log, circumstances, done);
  return new Map(
    tried.map(({ place, tries }) => [
      place,
      tries.map((one) => resultOf(one, place, heard, circumstances)),
    ]),
  );
}

type Done = Extract<Try, { readonly kind: 'done' }>;

async function hear(
  host: EventMaker,
  log: ReadLog,
  { facts, signal }: Circumstances,
  done: readonly Done[],
): Promise<Heard> {
  const attempts = done.map(({ attempt }) => attempt);
  const itself = await search(host, log, attempts, 'itself', signal);
  const missing = done.filter(({ attempt }) => !itself.has(attempt));
  if (missing.length === 0)
    return {
      itself,
      byChild: new Map(),
      silence: undefined,
      status: undefined,
      isStopped: false,
    };
  const repeated = await again(
    host,
    missing.flatMap(({ attempt, intention }) =>
      intention.foreseen.kind === 'recorded' ? attempt : [],
    ),
  );
  const found = await search(host, log, [...repeated.values()], 'child', signal);
  const byChild = new Map(
    [...repeated].flatMap(([attempt, second]) => {
      const event = found.get(second);
      return event === undefined ? [] : [[attempt, { attempt: second, event }] as const];
    }),
  );
  const [one] = byChild.keys();
  const silence = one && (await ownSilence(host, one.pid, facts));
  const [status, isStopped] = await Promise.all([
    statusNow(host, facts),
    isDaemonStopped(host, facts),
  ]);
  return { itself, byChild, silence, status, isStopped };
}

async function statusNow(
  host: EventMaker,
  { programs: { auditctl } }: Facts,
): Promise<ParsedStatus | undefined> {
  if (auditctl === undefined) return undefined;
  return parseStatus(decode((await host.ask(statusQuery(auditctl))).stdout));
}

/** Source: proc(5), the state in /proc/PID/stat. */
async function isDaemonStopped(host: EventMaker, { consumer }: Facts): Promise<boolean> {
  if (consumer.kind !== 'auditd') return false;
  const stat = (await readText(host, absolutePath(`/proc/${consumer.pid}/stat`))) ?? '';
  return /^[Tt]/.test(stat.slice(stat.lastIndexOf(')') + 2));
}

/** What was done, as the subject of a sentence. */
const DONE: Readonly<Record<Deed, string>> = {
  open: 'opening it',
  handle: 'taking a handle of it',
  setMode: 'setting its mode to what it is',
};

function resultOf(
  one: Try,
  { finding }: Place,
  { itself, byChild, silence, status, isStopped }: Heard,
  { facts, hindrance }: Circumstances,
): Result {
  if (one.kind === 'left') return one.intention;
  const { attempt, intention } = one;
  const did = DONE[attempt.deed];
  const event = itself.get(attempt);
  if (event !== undefined)
    return {
      outcome: 'recorded',
      reason: `${did}, by process ${attempt.pid}, was recorded${keyWords(event)}`,
      attempt,
      event,
    };
  const second = byChild.get(attempt);
  if (second !== undefined)
    return {
      outcome: 'recorded',
      reason: `${did}, by a new process, was recorded${keyWords(second.event)}; ${silence}`,
      ...second,
    };
  if (silence !== undefined && attempt.deed !== 'open')
    return { outcome: 'notProvable', reason: silence, attempt };
  if (hindrance.kind === 'elsewhere')
    return { outcome: 'notProvable', reason: hindrance.reason, attempt };
  const before = facts.kernel.kind === 'reachable' ? facts.kernel.lost : 0;
  const cause = causeOf({
    foreseen: intention.foreseen,
    finding,
    facts,
    lost: Math.max((status?.lost ?? before) - before, 0),
    waiting: status?.backlog ?? 0,
    isStopped,
  });
  return {
    outcome: 'notRecorded',
    reason: `${did}, by process ${attempt.pid}, left no record: ${cause}`,
    attempt,
  };
}

function keyWords({ keys }: AuditEvent): string {
  return keys.length === 0 ? ', without a key' : ` under the key ${keys.join(', ')}`;
}
