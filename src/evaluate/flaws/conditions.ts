/** Conditions of a rule that together mean less, or something else, than they say. */

import type { RuleStatement } from '../../audit/rule.ts';
import { architecturesOn } from '../../audit/access.ts';
import { valuesOf } from '../../audit/match.ts';
import { architectureOf, callsOf } from '../../audit/syscalls.ts';
import { PERMISSIONS } from '../../audit/vocabulary.ts';
import type { World } from '../../audit/world.ts';
import { flawAt, type Flaw } from './flaw.ts';
import type { Script } from './script.ts';

/** Permissions that exclude each other, system calls of two interfaces, one interface of two. */
export function narrowerThanSaid({ statements, throughout, world }: Script): readonly Flaw[] {
  const refused = new Set(throughout.problems.map(({ statement }) => statement));
  const rules = statements.filter((one): one is RuleStatement => one.kind === 'rule');
  const partners = new Set(rules.flatMap((one) => partnerKey(one, ownArchitecture(one)) ?? []));
  const accepted = rules.filter((one) => !refused.has(one));
  return accepted.flatMap((one) => [
    ...permissionsTwice(one),
    ...mixedSyscalls(one, world),
    ...oneArchitecture(one, partners, world),
  ]);
}

/** `-p` twice: the last one counts. `-F perm=` twice: both do. */
function permissionsTwice(statement: RuleStatement): readonly Flaw[] {
  const given = valuesOf(statement.rule, 'perm').filter((value) => value !== 'rwxa');
  const wanted = PERMISSIONS.filter((one) => given.some((value) => value.includes(one)));
  const left = PERMISSIONS.filter((one) => given.every((value) => value.includes(one)));
  if (given.length < 2 || left.length === wanted.length) return [];
  const effect =
    left.length === 0
      ? 'nothing has all of them, so the rule is dead'
      : `only ${left.join('')} is left`;
  return [
    flawAt(statement, 'perm=', {
      kind: 'permissionsTwice',
      severity: 'misread',
      what: `two permission fields must both hold: ${effect}`,
      mend: `write one: -F perm=${wanted.join('')}`,
    }),
  ];
}

/** Without `arch` the kernel compares numbers, which mean other calls to the other interface. */
function mixedSyscalls(statement: RuleStatement, { machine, version }: World): readonly Flaw[] {
  const { rule } = statement;
  if (rule.list !== 'exit' || rule.syscalls === 'all' || valuesOf(rule, 'arch').length > 0)
    return [];
  const [native, other] = architecturesOn(machine).map((width) => {
    const architecture = architectureOf(width, machine);
    return architecture === undefined ? undefined : callsOf(architecture, version);
  });
  if (native === undefined || other === undefined) return [];
  const differs = rule.syscalls.find((name) => {
    const number = native.numberOf(name);
    return number !== undefined && number !== other.numberOf(name);
  });
  if (differs === undefined) return [];
  const meant = other.nameOf(native.numberOf(differs) ?? -1) ?? 'another call';
  return [
    flawAt(statement, differs, {
      kind: 'mixedSyscalls',
      severity: 'misread',
      what: `without arch the number of '${differs}' counts, and to 32-bit programs it is '${meant}': ${differs} of such programs is not seen`,
      mend: 'write two lines, with -F arch=b64 and -F arch=b32 before -S',
    }),
  ];
}

function oneArchitecture(
  statement: RuleStatement,
  partners: ReadonlySet<string>,
  { machine }: World,
): readonly Flaw[] {
  const own = ownArchitecture(statement);
  const other = own === 'b64' ? 'b32' : 'b64';
  const { list, action } = statement.rule;
  if (own === undefined || list !== 'exit' || action !== 'always') return [];
  if (architecturesOn(machine).length < 2) return [];
  if (partners.has(partnerKey(statement, other) ?? '')) return [];
  return [
    flawAt(statement, 'arch=', {
      kind: 'oneArchitecture',
      severity: 'hint',
      what: `no line says the same for arch=${other}: programs that use that interface are not seen`,
      mend: `add the same line with -F arch=${other}, unless none can run here`,
    }),
  ];
}

function ownArchitecture(statement: RuleStatement): string | undefined {
  const [value] = valuesOf(statement.rule, 'arch');
  return value === 'b64' || value === 'b32' ? value : undefined;
}

/** What two lines share that differ in architecture alone; their calls have other names, too. */
function partnerKey({ rule }: RuleStatement, architecture: string | undefined): string | undefined {
  if (architecture === undefined) return undefined;
  const rest = rule.fields.filter((field) => field.kind !== 'value' || field.name !== 'arch');
  return JSON.stringify([architecture, rule.list, rule.action, rest, rule.keys]);
}
