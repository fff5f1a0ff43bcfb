/** Rules that load and never record, for another rule or a state keeps them silent. */

import { silencesRecords } from '../../audit/match.ts';
import type { RuleStatement } from '../../audit/rule.ts';
import { counted } from '../../text.ts';
import { flawAt, lineOf, placeOf, type Flaw } from './flaw.ts';
import type { Script } from './script.ts';
import { silencerOf } from './silencer.ts';

/** What `never` rules, `exclude` and `enabled 0` do to the other rules of the script. */
export function silencedRules(script: Script): readonly Flaw[] {
  const asking = script.table.filter(
    ({ rule }) => rule.list === 'exit' && rule.action === 'always',
  );
  if (asking.length === 0) return [];
  return [
    ...script.table.flatMap((one) => quietAll(one, asking.length)),
    ...silencedOneByOne(script),
    ...switchedOff(script),
  ];
}

function quietAll(statement: RuleStatement, count: number): readonly Flaw[] {
  if (silencesRecords(statement.rule) !== 'always') return [];
  const rules = counted(count, 'rule');
  if (statement.rule.list === 'task')
    return [
      flawAt(statement, 'task', {
        kind: 'neverTask',
        severity: 'misread',
        what: `tasks that start after it get no audit context: the ${rules} on files and system calls ${verb(count)} listed, and will record nothing of them`,
        mend: 'remove the line; what was started under it stays silent until it is started again',
      }),
    ];
  if (statement.rule.list === 'filesystem')
    return [
      flawAt(statement, 'filesystem', {
        kind: 'excluded',
        severity: 'misread',
        what: `the kernel does not learn which files a call is about: the ${rules} on files and system calls ${verb(count)} listed, and none that names a path will record anything`,
        mend: 'remove the line, or name tracefs or debugfs with = only',
      }),
    ];
  return [
    flawAt(statement, 'exclude', {
      kind: 'excluded',
      severity: 'misread',
      what: `the SYSCALL records of all events are dropped: the ${rules} on files and system calls ${verb(count)} listed, and cannot be searched for`,
      mend: 'remove the line, or exclude the other types of record only',
    }),
  ];
}

function verb(count: number): string {
  return count === 1 ? 'is' : 'are';
}

/** The rule of the table that decides before each one; only whole silence is told. */
function silencedOneByOne({ table, world }: Script): readonly Flaw[] {
  const before: RuleStatement[] = [];
  return table.flatMap((statement) => {
    const { rule } = statement;
    if (rule.list !== 'exit') return [];
    if (rule.action === 'never') before.push(statement);
    const by = rule.action === 'never' ? undefined : silencerOf(statement, before, world);
    if (by === undefined) return [];
    return [
      flawAt(statement, '', {
        kind: 'silenced',
        severity: 'misread',
        what: `it never records: ${placeOf(by)} says never for the same events, and the first match wins`,
        mend: `move the line before ${placeOf(by)}, or remove that one`,
        other: lineOf(by),
      }),
    ];
  });
}

function switchedOff({ throughout, statements }: Script): readonly Flaw[] {
  if (throughout.state.status.enabled !== 0) return [];
  const off = statements.findLast(
    (one) =>
      one.kind === 'directive' &&
      one.directives.some((directive) => directive.name === 'enabled' && directive.value === 0),
  );
  if (off === undefined) return [];
  return [
    flawAt(off, '', {
      kind: 'switchedOff',
      severity: 'misread',
      what: 'auditing is switched off: the rules are listed, and nothing fires',
      mend: 'write -e 1, or leave the line out',
    }),
  ];
}
