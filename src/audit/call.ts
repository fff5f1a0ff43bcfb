/**
 * What an event tells of a call: who, by which program, which call, upon which paths.
 * Source: audit_log_exit and audit_log_name, kernel/auditsc.c, Linux 6.18; seen in its log.
 */

import { idOf, numberOf, stringOf, type AuditRecord } from './record.ts';
import { architectureOf, callsOf, ioUringCalls } from './syscalls.ts';

/** Who did something. */
export interface Actor {
  readonly pid: number | undefined;
  /** The user who logged in, whoever he became since; undefined for daemons. */
  readonly login: number | undefined;
  /** The effective user. */
  readonly user: number | undefined;
  /** As auditd called the two when it wrote the record. */
  readonly loginName: string | undefined;
  readonly userName: string | undefined;
  /** Of the task, at most 15 bytes. */
  readonly command: string | undefined;
  readonly program: string | undefined;
}

/** One name that a call was given, or met. */
export interface PathItem {
  /** As the program gave it: it may be relative. Undefined where a call took an open file. */
  readonly name: string | undefined;
  /** `PARENT`, `NORMAL`, `CREATE`, `DELETE` or `UNKNOWN`. */
  readonly role: string;
  readonly inode: string | undefined;
  /** `fe:00`: major and minor in hexadecimal. */
  readonly device: string | undefined;
}

/** A system call, or an operation of io_uring. */
export interface Call {
  readonly actor: Actor;
  /** Such as `openat`; a number where no table knows it. */
  readonly name: string;
  /** Such as `x86_64`. */
  readonly architecture: string;
  readonly isSuccess: boolean;
  /** What the call returned; below 0 it is an error's number. */
  readonly exit: number | undefined;
  /** The first four. */
  readonly args: readonly bigint[];
  /** The process's own, when it called. */
  readonly directory: string | undefined;
  readonly paths: readonly PathItem[];
  /** What was executed, or what the process calls itself, word by word; the kernel cuts it. */
  readonly argv: readonly string[];
}

/** Reads the call of an event's records; undefined if none of them is one. */
export function callOf(records: readonly AuditRecord[]): Call | undefined {
  const head = records.find(({ type }) => type === 'SYSCALL' || type === 'URINGOP');
  if (head === undefined) return undefined;
  const { fields } = head;
  return {
    actor: actorOf(fields),
    ...calledOf(head),
    isSuccess: fields.get('success') === 'yes',
    exit: numberOf(fields.get('exit')),
    args: ['a0', 'a1', 'a2', 'a3'].map((name) => hexadecimal(fields.get(name))),
    directory: stringOf(records.find(({ type }) => type === 'CWD')?.fields.get('cwd')),
    paths: records.filter(({ type }) => type === 'PATH').map((one) => pathOf(one.fields)),
    argv: argvOf(records),
  };
}

/** Who stands in a record, as far as it tells. */
export function actorOf(fields: AuditRecord['fields']): Actor {
  const effective = fields.has('euid') ? 'euid' : 'uid';
  return {
    pid: numberOf(fields.get('pid')),
    login: idOf(fields.get('auid')),
    user: idOf(fields.get(effective)),
    loginName: stringOf(fields.get('AUID')),
    userName: stringOf(fields.get(effective.toUpperCase())),
    command: stringOf(fields.get('comm')),
    program: stringOf(fields.get('exe')),
  };
}

function calledOf({ type, fields }: AuditRecord): Pick<Call, 'name' | 'architecture'> {
  const architecture = architectureOf(`0x${fields.get('arch') ?? ''}`, '') ?? '';
  const number = fields.get(type === 'URINGOP' ? 'uring_op' : 'syscall') ?? '';
  const calls = type === 'URINGOP' ? ioUringCalls : callsOf(architecture, LATEST);
  const name = /^\d{1,9}$/.test(number) ? calls?.nameOf(Number(number)) : undefined;
  return { name: name ?? fields.get('SYSCALL') ?? number, architecture };
}

/** Whatever version wrote it: a number of the kernel's has one meaning. */
const LATEST = [Infinity, 0, 0] as const;

function hexadecimal(value: string | undefined): bigint {
  return value !== undefined && /^[0-9a-f]{1,16}$/.test(value) ? BigInt(`0x${value}`) : 0n;
}

function pathOf(fields: AuditRecord['fields']): PathItem {
  return {
    name: stringOf(fields.get('name')),
    role: fields.get('nametype') ?? 'UNKNOWN',
    inode: fields.get('inode'),
    device: fields.get('dev'),
  };
}

function argvOf(records: readonly AuditRecord[]): readonly string[] {
  const executed = records.filter(({ type }) => type === 'EXECVE');
  if (executed.length > 0) return executed.flatMap(wordsOf);
  const title = records.find(({ type }) => type === 'PROCTITLE')?.fields.get('proctitle');
  return stringOf(title)?.replace(/\0+$/, '').split('\0') ?? [];
}

/** A word that is long stands in parts: `a1[0]`, `a1[1]`. */
function wordsOf({ fields }: AuditRecord): readonly string[] {
  const words = new Map<string, string>();
  for (const [name, value] of fields) {
    const word = /^(a\d+)(?:\[\d+\])?$/.exec(name)?.[1];
    if (word !== undefined) words.set(word, (words.get(word) ?? '') + (stringOf(value) ?? ''));
  }
  return [...words.values()];
}
