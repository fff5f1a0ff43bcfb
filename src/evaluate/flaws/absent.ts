/** Places that a rule needs and this host lacks: now, and when it boots. */

import { PATH_FIELDS } from '../../audit/locator.ts';
import { escaped } from '../../audit/lines.ts';
import type { Field, Statement } from '../../audit/rule.ts';
import type { World } from '../../audit/world.ts';
import { counted } from '../../text.ts';
import { flawAt, type Flaw } from './flaw.ts';
import type { Script } from './script.ts';

type ValueField = Extract<Field, { readonly kind: 'value' }>;

/** The fields of a rule whose value is a path. */
export function pathFields(statement: Statement): readonly ValueField[] {
  const fields = statement.kind === 'rule' ? statement.rule.fields : [];
  return fields.filter(
    (field): field is ValueField => field.kind === 'value' && PATH_FIELDS.has(field.name),
  );
}

/** The first path of a rule for which the kernel finds nothing to hold on to. */
export function absentPath(
  statement: Statement,
  world: World,
): { readonly path: string; readonly what: string } | undefined {
  const field = pathFields(statement).find((one) => {
    const facts = world.paths.get(one.value);
    return facts?.place === undefined || (one.name === 'dir' && facts.kind === 'absent');
  });
  if (field === undefined) return undefined;
  const path = field.value;
  const what =
    field.name === 'dir'
      ? `the directory ${path} is not there`
      : `the directory that holds ${path} is not there`;
  return { path, what };
}

/** Lines that load now and not when the host boots, since what they name comes later. */
export function missingAtBoot({
  later,
  loaded,
  statements,
  world,
  isHosts,
}: Script): readonly Flaw[] {
  if (later === loaded) return [];
  const refused = new Set(loaded.problems.map(({ statement }) => statement));
  const stop = later.problems.find(({ stops }) => stops)?.statement;
  return statements.flatMap((statement) => {
    const field = pathFields(statement).find((one) => lateness(one, world) !== undefined);
    if (field === undefined || refused.has(statement)) return [];
    const rest = statement === stop ? lost(later.unreached.length) : '';
    return [
      flawAt(statement, escaped(field.value), {
        kind: 'missingAtBoot',
        severity: isHosts ? 'refused' : 'hint',
        what: `the kernel will refuse it when the host boots: ${lateness(field, world)}${rest}`,
        mend: 'take it out of the files that load at boot, or watch a directory that is there then',
      }),
    ];
  });
}

function lateness({ value }: ValueField, world: World): string | undefined {
  return world.paths.get(value)?.missingAtBoot;
}

function lost(count: number): string {
  return count === 0 ? '' : `, and ${counted(count, 'rule')} after it will not be loaded`;
}
