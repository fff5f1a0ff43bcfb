/** Kinds of access: a permission through one interface and its system calls, and which rules let it through. */

import table from '../../templates/audit/access.json' with { type: 'json' };
import { architectureOf, callsOf, hasSyscall, interfaceOf as callsIn } from './syscalls.ts';
import { PERMISSIONS } from './vocabulary.ts';
import type { Permission, Rule } from './rule.ts';

export type Architecture = 'b64' | 'b32';

/** One permission, asked for through one interface. */
export interface Access {
  readonly permission: Permission;
  readonly architecture: Architecture;
}

/** Interfaces that a program may use on `machine`; elsewhere than here there is no 32-bit audit. */
export function architecturesOn(machine: string): readonly Architecture[] {
  if (architectureOf('b64', machine) === undefined && architectureOf('b32', machine) !== undefined)
    return ['b32'];
  return machine === 'x86_64' || machine === 'aarch64' ? ['b64', 'b32'] : ['b64'];
}

/** Each of `permissions` through each interface of `machine`. */
export function accesses(permissions: readonly Permission[], machine: string): readonly Access[] {
  return architecturesOn(machine).flatMap((architecture) =>
    permissions.map((permission) => ({ permission, architecture })),
  );
}

/**
 * System calls by which a program gets this access; a rule's `-S` list has to hold each of them.
 * Source: templates/audit/access.json.
 */
export function callsFor({ permission, architecture }: Access, machine: string): readonly string[] {
  return table.needed[permission].filter((name) => hasSyscall(name, machine, architecture));
}

/** Whether the rule's permissions and architecture let `access` through. */
export function lets(rule: Rule, { permission, architecture }: Access, machine: string): boolean {
  return permissionsOf(rule).includes(permission) && isOf(rule, architecture, machine);
}

/** Whether the rule names its system calls, and so not all of them. */
export function namesCalls({ syscalls }: Rule): boolean {
  return syscalls !== 'all' && !syscalls.includes('all');
}

/**
 * Whether the rule is asked at the end of system call `call` of the access' interface. The kernel
 * compares numbers, and a rule without `arch` has those of the native interface: its `open` is
 * another call on the other one. Measured with int 0x80 on Linux 6.18.
 */
export function hears(rule: Rule, call: string, access: Access, machine: string): boolean {
  if (rule.syscalls === 'all' || rule.syscalls.includes('all')) return true;
  const meant = callsOf(callsIn(rule, machine), EVERY_VERSION);
  const made = callsOf(architectureOf(access.architecture, machine) ?? '', EVERY_VERSION);
  const number = made?.numberOf(call);
  // Where no table tells, a name stands for the same call on both.
  if (meant === undefined || number === undefined) return rule.syscalls.includes(call);
  return rule.syscalls.some((name) => (meant.numberOf(name) ?? Number(name)) === number);
}

const EVERY_VERSION = [Infinity, 0, 0] as const;

/** How much of one kind of access a rule lets through. */
export type Reach = 'all' | 'some' | 'none';

/** The same of all the calls by which a program gets `access`. */
export function reach(rule: Rule, access: Access, machine: string): Reach {
  if (!lets(rule, access, machine)) return 'none';
  const isHeard = (call: string): boolean => hears(rule, call, access, machine);
  if (callsFor(access, machine).every(isHeard)) return 'all';
  return table.any[access.permission].some(isHeard) ? 'some' : 'none';
}

/** The permissions that every `perm` field of the rule lets through; all, if it has none. */
function permissionsOf(rule: Rule): readonly Permission[] {
  return PERMISSIONS.filter((permission) =>
    rule.fields.every(
      (field) =>
        field.kind !== 'value' || field.name !== 'perm' || field.value.includes(permission),
    ),
  );
}

/** Whether no access at all gets past what the rule says of permissions and architecture. */
export function isDeaf(rule: Rule, machine: string): boolean {
  return !accesses(PERMISSIONS, machine).some((access) => lets(rule, access, machine));
}

/** A listing calls every architecture b64 or b32; a file may name one that this machine has not. */
function isOf({ fields }: Rule, architecture: Architecture, machine: string): boolean {
  const own = architectureOf(architecture, machine);
  return fields.every(
    (field) =>
      field.kind !== 'value' ||
      field.name !== 'arch' ||
      (architectureOf(field.value, machine) === own) === (field.operator === '='),
  );
}
