/**
 * A log of audit as events: records of one time and serial belong together, though others may stand
 * between them. Source: auditd 3.0.9's log; end_of_event_timeout of auditd.conf(5).
 */

import { decode } from '../text.ts';
import { callOf, type Call } from './call.ts';
import { keysOf, parseRecord, timeOf, type AuditRecord } from './record.ts';

/** What happened once: all records of it. */
export interface AuditEvent {
  readonly node: string | undefined;
  readonly time: Date;
  readonly serial: number;
  /** In the order of the log. */
  readonly records: readonly AuditRecord[];
  /** Of the rule that recorded the call; a record about a rule's own change does not count. */
  readonly keys: readonly string[];
  readonly call: Call | undefined;
}

/** What the log of a host gave. */
export interface Gathered {
  /** The oldest first. */
  readonly events: readonly AuditEvent[];
  /** Lines that are no records: cut, too long, or somebody else's. */
  readonly unreadable: number;
  /** Whether more events were wanted than are kept: then the oldest are missing. */
  readonly isCut: boolean;
}

/** Which events are wanted, and how many of them at most. */
export interface Wanted {
  /** Records from before it are passed over unread. */
  readonly since: Date;
  readonly wants: (event: AuditEvent) => boolean;
  /** Of these, the newest are kept. */
  readonly most: number;
}

/** Takes a log piece by piece; what it holds is bounded whatever the log is. */
export interface Gathering {
  /** @param bytes the next ones; a piece may end within a line */
  take(bytes: Uint8Array): void;
  /** What was wanted of all pieces; the last line counts though it has no end. */
  finish(): Gathered;
}

/** The kernel's limit is 8970 bytes, and auditd adds names. Source: MAX_AUDIT_MESSAGE_LENGTH. */
const LONGEST_LINE = 32 * 1024;

/** Of `node=NAME type=TYPE msg=audit(…)`; a host's name has 255 bytes at most. */
const LONGEST_HEAD = 400;

/** auditd waits two seconds for the rest of an event; a clock may be set back meanwhile. */
const OPEN_MS = 5000;
/** Of one event: a call that names more than the 64 Ki paths of the kernel is none. */
const MOST_RECORDS = 4096;
/** Events that wait for the rest of their records. */
const MOST_OPEN = 1024;

const NEWLINE = 0x0a;

/** All events of a whole log. */
export function eventsOf(bytes: Uint8Array): readonly AuditEvent[] {
  const gathering = gatherEvents({ since: new Date(0), wants: () => true, most: Infinity });
  gathering.take(bytes);
  return gathering.finish().events;
}

/** Begins to gather what is wanted. */
export function gatherEvents({ since, wants, most }: Wanted): Gathering {
  const open = new Map<string, AuditRecord[]>();
  let events: AuditEvent[] = [];
  let [unreadable, isCut] = [0, false];
  let rest: Uint8Array = new Uint8Array();

  const close = (id: string): void => {
    const event = eventOf(open.get(id) ?? []);
    open.delete(id);
    if (event === undefined || !wants(event)) return;
    events.push(event);
    if (events.length < most * 2) return;
    [events, isCut] = [inOrder(events).slice(-most), true];
  };
  const closeOld = (now: number): void => {
    for (const [id, [first]] of open)
      if (open.size > MOST_OPEN || (first && now - first.time.getTime() > OPEN_MS)) close(id);
      else return;
  };
  const add = (line: Uint8Array): void => {
    if (line.length === 0) return;
    // All that a record begins with is ASCII, and most of a log is too old to be read further.
    const time = timeOf(Buffer.from(line.subarray(0, LONGEST_HEAD)).toString('latin1'));
    if (time === undefined || line.length > LONGEST_LINE) unreadable++;
    else if (time >= since) {
      const record = parseRecord(decode(line));
      if (record) keep(record);
    }
  };
  const keep = (record: AuditRecord): void => {
    const id = `${record.time.getTime()}:${record.serial} ${record.node ?? ''}`;
    const records = open.get(id);
    if (records === undefined) {
      open.set(id, [record]);
      closeOld(record.time.getTime());
    } else if (records.length < MOST_RECORDS) records.push(record);
  };
  return {
    take: (bytes) => {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      let from = 0;
      for (let end = all.indexOf(NEWLINE); end >= 0; end = all.indexOf(NEWLINE, from)) {
        add(all.subarray(from, end));
        from = end + 1;
      }
      // Of a line that is too long already, a byte more than is taken is enough to know it.
      rest = all.slice(from, from + LONGEST_LINE + 1);
    },
    finish: () => {
      add(rest);
      rest = new Uint8Array();
      for (const id of open.keys()) close(id);
      const kept = inOrder(events);
      return { events: kept.slice(-most), unreadable, isCut: isCut || kept.length > most };
    },
  };
}

function eventOf(records: readonly AuditRecord[]): AuditEvent | undefined {
  const [first] = records;
  if (first === undefined) return undefined;
  const { node, time, serial } = first;
  const called = records.find(({ type }) => type === 'SYSCALL' || type === 'URINGOP');
  const keys = keysOf(called?.fields.get('key'));
  return { node, time, serial, records, keys, call: callOf(records) };
}

function inOrder(events: readonly AuditEvent[]): AuditEvent[] {
  return events.toSorted((a, b) => a.time.getTime() - b.time.getTime() || a.serial - b.serial);
}
