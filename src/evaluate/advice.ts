/** What a person may still want to know of a control that passes. It never touches the verdict. */

import type { Control } from '../controls/control.ts';
import type { Facts, Target } from '../discover/facts.ts';
import type { JudgeOptions } from './finding.ts';
import { persistentStanding, runningStanding, type Ledgers } from './ledgers.ts';

/** Between required and recommended lies advice, and so does another key. */
export function adviceFor(
  { required, recommended }: Control,
  targets: readonly Target[],
  facts: Facts,
  options: JudgeOptions,
  ledgers: Ledgers,
): readonly string[] {
  const standing = facts.kernel.kind === 'notAsked' ? persistentStanding : runningStanding;
  const more = standing(targets, recommended, facts, ledgers);
  const lack =
    more.kind === 'partial' ? more.lacks.find(({ kind }) => kind === 'permission') : undefined;
  const ledger = standing(targets, options.strict ? recommended : required, facts, ledgers);
  const by = ledger.kind === 'covered' ? ledger.by : [];
  const keys = by.flatMap((statement) => (statement.kind === 'rule' ? statement.rule.keys : []));
  return [
    ...(lack?.kind === 'permission'
      ? [`the benchmark also asks for ${lack.permissions.join('')}; '--strict' would demand it`]
      : []),
    ...(by.length > 0 && !keys.includes(options.key) ? [keyAdvice(keys, options.key)] : []),
  ];
}

function keyAdvice(keys: readonly string[], wanted: string): string {
  return keys.length === 0
    ? `its rules carry no key: 'ausearch -k ${wanted}' will not find the events`
    : `its events carry the key ${keys.join(', ')}, not ${wanted}: search for that`;
}
