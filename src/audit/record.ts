/**
 * One line of an audit log, raw or enriched. Source: the log of auditd 3.0.9 on Linux 6.18;
 * kernel/audit.c, audit_log_untrustedstring; audit 3.0, src/auditd-event.c.
 */

import { decode } from '../text.ts';

/** One record: what the kernel or a daemon said in one breath of one event. */
export interface AuditRecord {
  /** Such as `SYSCALL` or `PATH`. */
  readonly type: string;
  /** The host's name, where auditd.conf has records bear it. */
  readonly node?: string;
  readonly time: Date;
  /** Records of one event share it, and the time. */
  readonly serial: number;
  /** Values as they are written. What auditd added is in upper case: `AUID`, `SYSCALL`. */
  readonly fields: ReadonlyMap<string, string>;
  /** The whole line. */
  readonly text: string;
}

/** What parts the kernel's words from those that auditd added. */
const SEPARATOR = '\x1d';

const HEAD = /^(?:node=(\S+) )?type=(\S+) msg=audit\((\d{1,12})\.(\d{3}):(\d{1,15})\): ?/;

/** A value ends at a space, unless it is quoted or in braces. */
const FIELD = /([\w-]+(?:\[\d+\])?)=("[^"]*"|'[^']*'|\{[^}]*\}|\S*)/g;

/** A word that the kernel forgets to part from the number before it. Source: Linux 6.18. */
const GLUED = /\b(ses=\d+)(op=)/;

/** When the record was made that begins with `text`; undefined if none begins so. */
export function timeOf(text: string): Date | undefined {
  const [, , , seconds, milliseconds] = HEAD.exec(text) ?? [];
  return seconds === undefined ? undefined : dateOf(seconds, milliseconds);
}

/** Reads one line; undefined if it is no record. */
export function parseRecord(text: string): AuditRecord | undefined {
  const [head, node, type = '', seconds = '', milliseconds, serial] = HEAD.exec(text) ?? [];
  if (head === undefined) return undefined;
  return {
    type,
    ...(node === undefined ? {} : { node }),
    time: dateOf(seconds, milliseconds),
    serial: Number(serial),
    fields: fieldsOf(text.slice(head.length)),
    text,
  };
}

function dateOf(seconds: string, milliseconds: string | undefined): Date {
  return new Date(Number(seconds) * 1000 + Number(milliseconds));
}

/** Of a field that is there twice, the first counts: a later one may be a user's text. */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const words = text.replace(SEPARATOR, ' ').replace(GLUED, '$1 $2');
  for (const [, name = '', value = ''] of words.matchAll(FIELD))
    if (!fields.has(name)) fields.set(name, value);
  return fields;
}

/**
 * The string that a value stands for: quoted where it is harmless, else in hexadecimal.
 * Undefined for `(null)` and what is not there.
 */
export function stringOf(value: string | undefined): string | undefined {
  if (value === undefined || value === '(null)') return undefined;
  if (value.startsWith('"')) return value.slice(1, value.endsWith('"') ? -1 : undefined);
  if (!/^(?:[0-9A-Fa-f]{2})+$/.test(value)) return value;
  return decode(Buffer.from(value, 'hex'));
}

/** A number in decimal; undefined where there is none. */
export function numberOf(value: string | undefined): number | undefined {
  return value !== undefined && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
}

const UNSET = 0xffff_ffff;

/** A user's number; undefined where it is unset. Source: AUDIT_UID_UNSET. */
export function idOf(value: string | undefined): number | undefined {
  const id = numberOf(value);
  return id === undefined || id === UNSET || id < 0 ? undefined : id;
}

/** Keys of a rule: several are joined by a byte 1. Source: AUDIT_KEY_SEPARATOR, libaudit.h. */
export function keysOf(value: string | undefined): readonly string[] {
  return stringOf(value)?.split('\x01') ?? [];
}
