/** Kinds of access: a permission seen through one system call interface, and which rules reach it. */

import table from '../../templates/audit/access.json' with { type: 'json' };
import { hasSyscall } from './syscalls.ts';
import { PERMISSIONS } from './vocabulary.ts';
import type { Permission, Rule } from './rule.ts';

export type Architecture = 'b64' | 'b32';

/** How much of one kind of access a rule's `arch`, `-S` and `perm` let through. */
export type Reach = 'all' | 'some' | 'none';

/** One permission, asked for through one interface. */
export interface Access {
  readonly permission: Permission;
  readonly architecture: Architecture;
}

/** Interfaces that a program may use on `machine`; elsewhere than here there is no 32-bit audit. */
export function architecturesOn(machine: string): readonly Architecture[] {
  return machine === 'x86_64' || machine === 'aarch64' ? ['b64', 'b32'] : ['b64'];
}

/** Each of `permissions` through each interface of `machine`. */
export function accesses(permissions: readonly Permission[], machine: string): readonly Access[] {
  return architecturesOn(machine).flatMap((architecture) =>
    permissions.map((permission) => ({ permission, architecture })),
  );
}

/** How much of `access` gets past the rule's permissions, architecture and system calls. */
export function reach(rule: Rule, access: Access, machine: string): Reach {
  if (!permissionsOf(rule).includes(access.permission)) return 'none';
  if (!architecturesOf(rule).includes(access.architecture)) return 'none';
  return syscallReach(rule, access, machine);
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

function architecturesOf(rule: Rule): readonly Architecture[] {
  const both: readonly Architecture[] = ['b64', 'b32'];
  return both.filter((architecture) =>
    rule.fields.every(
      (field) =>
        field.kind !== 'value' ||
        field.name !== 'arch' ||
        (interfaceOf(field.value) === architecture) === (field.operator === '='),
    ),
  );
}

/** `arch=` takes b64, b32 or a machine's name. */
function interfaceOf(name: string): Architecture {
  return name === 'b32' || /^(i[3-6]86|arm|ppc|s390)$/.test(name) ? 'b32' : 'b64';
}

function syscallReach(rule: Rule, access: Access, machine: string): Reach {
  if (rule.syscalls === 'all' || rule.syscalls.includes('all')) return 'all';
  const held = new Set(rule.syscalls);
  const needed = table.needed[access.permission].filter((name) =>
    hasSyscall(name, machine, access.architecture),
  );
  if (needed.every((name) => held.has(name))) return 'all';
  return table.any[access.permission].some((name) => held.has(name)) ? 'some' : 'none';
}
