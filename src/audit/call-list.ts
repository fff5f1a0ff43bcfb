/**
 * The system calls of a rule as auditctl sends them: in the order of their numbers; for `perm`, where
 * newer versions name them. Source: libaudit 3.0.9, measured; later versions by the corpus.
 */

import { integerOf } from './integer.ts';
import type { Rule } from './rule.ts';
import {
  callsForPermissions,
  callsOf,
  callsOfClass,
  expandsPermissions,
  interfaceOf,
  ioUringCalls,
  type Calls,
} from './syscalls.ts';
import type { AuditVersion, World } from './world.ts';

type CallList = { readonly value: Rule['syscalls'] } | { readonly reason: string };

/** The calls that auditctl sends for `rule`, or its words for not sending it. */
export function canonicalCalls(rule: Rule, { machine, version }: World): CallList {
  if (rule.syscalls === 'all' && !expandsPermissions(version)) return { value: 'all' };
  const where = rule.list === 'io_uring' ? rule.list : interfaceOf(rule, machine);
  const { syscalls } = rule;
  if (syscalls === 'all') return expanded(rule, tableOf(where, version), { machine, version });
  const before = made.get(syscalls);
  if (before?.where === where && before.machine === machine && before.version === version)
    return before.list;
  const list = readCalls(rule, syscalls, tableOf(where, version), machine);
  made.set(syscalls, { where, machine, version, list });
  return list;
}

function tableOf(where: string, version: AuditVersion): Calls | undefined {
  return where === 'io_uring' ? ioUringCalls : callsOf(where, version);
}

interface Made {
  readonly where: string;
  readonly machine: string;
  readonly version: AuditVersion;
  readonly list: CallList;
}

/** What was made last of a list that many rules share. */
const made = new WeakMap<readonly string[], Made>();

function readCalls(
  rule: Rule,
  syscalls: readonly string[],
  calls: Calls | undefined,
  machine: string,
): CallList {
  const named = syscalls.filter((name) => name !== 'all');
  const numbers = new Set<number>();
  for (const name of named) {
    const number = calls?.numberOf(name) ?? (/^\d/.test(name) ? integerOf(name, 'signed') : -1);
    // Where no table tells, a name is taken to be one.
    if (calls !== undefined && (number < 0 || number > LAST_CALL)) return unknown(rule, name);
    for (const call of callsOfClass(number, machine)) numbers.add(call);
  }
  if (named.length < syscalls.length) return { value: 'all' };
  return { value: calls === undefined ? named : inOrder(numbers, calls) };
}

/** The kernel's mask of system calls has 2048 bits. Source: AUDIT_BITMASK_SIZE. */
const LAST_CALL = 2047;

function unknown(rule: Rule, name: string): { readonly reason: string } {
  const what = rule.list === 'io_uring' ? 'io_uring op unknown' : 'Syscall name unknown';
  return { reason: `${what}: ${name}` };
}

function inOrder(numbers: ReadonlySet<number>, calls: Calls): readonly string[] {
  return [...numbers]
    .toSorted((one, other) => one - other)
    .map((number) => calls.nameOf(number) ?? String(number));
}

/** A first `perm` after `arch`, and no `-S`: newer auditctl names the calls. */
function expanded(
  rule: Rule,
  calls: Calls | undefined,
  { machine, version }: Pick<World, 'machine' | 'version'>,
): CallList {
  const names = rule.fields.map((field) => (field.kind === 'value' ? field.name : ''));
  const perm = rule.fields.find((field) => field.kind === 'value' && field.name === 'perm');
  const follows = names.includes('arch') && names.indexOf('arch') < names.indexOf('perm');
  if (!follows || perm?.kind !== 'value' || calls === undefined) {
    return { value: 'all' };
  }
  const expansion = callsForPermissions(perm.value, calls, version);
  if ('unknown' in expansion) return unknown(rule, expansion.unknown);
  return canonicalCalls({ ...rule, syscalls: expansion.names }, { machine, version, ...NOTHING });
}

const NOTHING = { paths: new Map(), users: new Map(), groups: new Map() };
