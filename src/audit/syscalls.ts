/**
 * System calls by architecture and version of auditctl, and what it makes of `perm`.
 * Source: templates/audit/syscalls.json and permissions.json, which say theirs.
 */

import permissions from '../../templates/audit/permissions.json' with { type: 'json' };
import classes from '../../templates/audit/syscall-classes.json' with { type: 'json' };
import syscalls from '../../templates/audit/syscalls.json' with { type: 'json' };
import { integerOf } from './integer.ts';
import type { Rule } from './rule.ts';
import { isSince, namesOf, type Names } from './vocabulary.ts';
import type { AuditVersion } from './world.ts';

interface Native {
  readonly b64?: string;
  readonly b32?: string;
}

/** What `b64` and `b32` mean, by `uname -m`. Source: audit_determine_machine. */
const NATIVE: ReadonlyMap<string, Native> = new Map<string, Native>([
  ['x86_64', { b64: 'x86_64', b32: 'i386' }],
  ['aarch64', { b64: 'aarch64', b32: 'arm' }],
  ['ppc64', { b64: 'ppc64', b32: 'ppc' }],
  ['s390x', { b64: 's390x', b32: 's390' }],
  ['ppc64le', { b64: 'ppc64le' }],
  ['riscv64', { b64: 'riscv64' }],
  ['loongarch64', { b64: 'loongarch64' }],
  ['i386', { b32: 'i386' }],
  ['arm', { b32: 'arm' }],
]);

/** Other names of machines. Source: lib/machinetab.h. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ...['i486', 'i586', 'i686'].map((name) => [name, 'i386'] as const),
  ...['armeb', 'armv5tejl', 'armv5tel', 'armv6l', 'armv7l'].map((name) => [name, 'arm'] as const),
  ['armv8l', 'aarch64'],
]);

/** AUDIT_ARCH_* of include/uapi/linux/audit.h. */
const ELF: ReadonlyMap<number, string> = new Map([
  [0xc000_003e, 'x86_64'],
  [0x4000_0003, 'i386'],
  [0xc000_00b7, 'aarch64'],
  [0x4000_0028, 'arm'],
  [0x8000_0015, 'ppc64'],
  [0xc000_0015, 'ppc64le'],
  [0x14, 'ppc'],
  [0x8000_0016, 's390x'],
  [0x16, 's390'],
]);

const MACHINES = new Set([...NATIVE.keys(), ...ELF.values()]);

/** The architecture that `arch=value` means on `machine`; undefined where auditctl knows none. */
export function architectureOf(value: string, machine: string): string | undefined {
  const name = value.toLowerCase();
  if (name === 'b64' || name === 'b32') return NATIVE.get(known(machine) ?? '')?.[name];
  const hexadecimal = /^[0-9]/.test(value) ? value : `0x${value}`;
  return known(name) ?? ELF.get(integerOf(hexadecimal, 'unsigned'));
}

/** The architecture of rules that name none. */
export function nativeOf(machine: string): string {
  return known(machine) ?? machine;
}

/** `b64` and `b32` where they say it, else the name. */
export function architectureWord(architecture: string, machine: string): string {
  const native = NATIVE.get(nativeOf(machine));
  if (native?.b64 === architecture) return 'b64';
  return native?.b32 === architecture ? 'b32' : architecture;
}

/** The architecture whose names `-S` uses. */
export function interfaceOf(rule: Rule, machine: string): string {
  const field = rule.fields.findLast((f) => f.kind === 'value' && f.name === 'arch');
  const value = field?.kind === 'value' ? field.value : '';
  return architectureOf(value, machine) ?? nativeOf(machine);
}

const NARROW = new Set(['i386', 'arm', 'ppc', 's390', 'b32']);

/** `b64` or `b32`, as the listing calls every architecture. */
export function widthOf(architecture: string): 'b64' | 'b32' {
  return NARROW.has(architecture) ? 'b32' : 'b64';
}

function known(machine: string): string | undefined {
  const name = ALIASES.get(machine) ?? machine;
  return MACHINES.has(name) ? name : undefined;
}

const TABLES: ReadonlyMap<string, Names> = new Map(
  Object.entries(syscalls.architectures).map(([name, table]) => [name, namesOf(table)]),
);
const LATER = syscalls.later.map(({ version, names }) => ({ version, table: namesOf(names) }));
const OPERATIONS = namesOf(syscalls.operations);

/** Which names a rule may use: those of an architecture, or the operations of io_uring. */
export interface Calls {
  numberOf(name: string): number | undefined;
  nameOf(number: number): string | undefined;
}

/** What {@link callsOf} said: long rule sets ask the same for every list of calls. */
const said = new Map<string, Calls | undefined>();

/** Names that auditctl of `version` knows; undefined for architectures without a table here. */
export function callsOf(architecture: string, version: AuditVersion): Calls | undefined {
  const asked = `${architecture} ${version.join('.')}`;
  if (!said.has(asked)) said.set(asked, callsIn(architecture, version));
  return said.get(asked);
}

function callsIn(architecture: string, version: AuditVersion): Calls | undefined {
  const table = TABLES.get(architecture);
  if (table === undefined) return undefined;
  const tables = [
    table,
    ...LATER.filter((later) => isSince(version, later.version)).map((l) => l.table),
  ];
  return {
    numberOf: (name) => first(tables, ({ numbers }) => numbers.get(name.toLowerCase())),
    nameOf: (number) => first(tables, ({ names }) => names.get(number)),
  };
}

/** What the calls `names` of one architecture are called on another: they share their numbers. */
export function renameCalls(
  names: readonly string[],
  from: string,
  to: string,
  version: AuditVersion,
): readonly string[] {
  const [before, after] = [callsOf(from, version), callsOf(to, version)];
  return names.map((name) => {
    const number = before?.numberOf(name);
    return number === undefined ? name : (after?.nameOf(number) ?? String(number));
  });
}

export const ioUringCalls: Calls = {
  numberOf: (name) => OPERATIONS.numbers.get(name.toLowerCase()),
  nameOf: (number) => OPERATIONS.names.get(number),
};

function first<T>(tables: readonly Names[], look: (table: Names) => T | undefined): T | undefined {
  for (const table of tables) {
    const found = look(table);
    if (found !== undefined) return found;
  }
  return undefined;
}

const CLASSES: ReadonlyMap<number, readonly number[]> = new Map(
  Object.entries(classes.x86_64).map(([bit, numbers]) => [Number(bit), numbers]),
);

/** The last sixteen numbers are no calls: the kernel puts the calls of a class in their place. */
export function callsOfClass(number: number, machine: string): readonly number[] {
  if (number < classes.first || machine !== 'x86_64') return [number];
  return CLASSES.get(number) ?? [];
}

/** Whether an interface of `machine` has the call at all; true where no table can tell. */
export function hasSyscall(name: string, machine: string, width: 'b64' | 'b32'): boolean {
  const architecture = architectureOf(width, machine);
  if (architecture === undefined) return false;
  const calls = callsOf(architecture, [Infinity, 0, 0]);
  return calls === undefined || calls.numberOf(name) !== undefined;
}

/** Whether auditctl of `version` makes a `-S` list of `perm`. */
export function expandsPermissions(version: AuditVersion): boolean {
  return isSince(version, permissions.since);
}

/** The calls that auditctl of `version` puts for `perm`; unknown ones fail before 4.0.4. */
export function callsForPermissions(
  letters: string,
  calls: Calls,
  version: AuditVersion,
): { readonly names: readonly string[] } | { readonly unknown: string } {
  const wanted = Object.entries(permissions.classes)
    .filter(([letter]) => letters.includes(letter))
    .flatMap(([, parts]) => parts.filter((part) => isSince(version, part.version)))
    .flatMap(({ names }) => names);
  const unknown = wanted.find((name) => calls.numberOf(name) === undefined);
  if (unknown !== undefined && !isSince(version, permissions.dropsUnknownSince)) return { unknown };
  return { names: wanted.filter((name) => calls.numberOf(name) !== undefined) };
}
