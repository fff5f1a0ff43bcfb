/** Directives that act too early, too late, or on more than a person meant. */

import type { Directive, Statement } from '../../audit/rule.ts';
import { deletesOnPrepend } from '../../audit/session.ts';
import { counted } from '../../text.ts';
import { flawAt, lineOf, placeOf, type Flaw } from './flaw.ts';
import type { Script } from './script.ts';

/** `-e 2` before others, `-D` behind rules or nowhere, `-i` and `-c`, and `-A` that deletes. */
export function misplacedDirectives(script: Script): readonly Flaw[] {
  return [
    ...earlyLock(script),
    ...earlyDeletes(script),
    ...missingDelete(script),
    ...hiddenErrors(script),
    ...deletingPrepends(script),
  ];
}

/** The directives of a line, whatever else it says. */
export function directivesOf(statement: Statement): readonly Directive[] {
  return statement.kind === 'blank' ? [] : (statement.directives ?? []);
}

function earlyLock({ statements }: Script): readonly Flaw[] {
  const at = statements.findIndex((one) =>
    directivesOf(one).some(
      ({ name, ...rest }) => name === 'enabled' && 'value' in rest && rest.value === 2,
    ),
  );
  const lock = statements[at];
  const rest = statements.slice(at + 1).filter(({ kind }) => kind !== 'blank');
  if (lock === undefined || rest.length === 0) return [];
  return [
    flawAt(lock, '', {
      kind: 'earlyLock',
      severity: 'misread',
      what: `it locks the rules until the next boot: ${counted(rest.length, 'line')} after it will be refused`,
      mend: 'make it the last line of all',
    }),
  ];
}

function isDeleteAll(statement: Statement): boolean {
  return directivesOf(statement).some(
    (directive) => directive.name === 'deleteAll' && directive.key === undefined,
  );
}

function earlyDeletes({ statements }: Script): readonly Flaw[] {
  let rules = 0;
  return statements.flatMap((statement) => {
    if (statement.kind === 'rule') rules++;
    if (!isDeleteAll(statement) || rules === 0) return [];
    const gone = rules;
    rules = 0;
    return [
      flawAt(statement, '-D', {
        kind: 'earlyDelete',
        severity: 'misread',
        what: `it deletes what was loaded before it: ${counted(gone, 'rule')}`,
        mend: 'make it the first line of all, or remove it',
      }),
    ];
  });
}

function missingDelete({ statements, isHosts }: Script): readonly Flaw[] {
  const first = statements.find(({ kind }) => kind === 'rule');
  if (first === undefined || statements.some(isDeleteAll)) return [];
  return [
    flawAt(first, '', {
      kind: 'missingDelete',
      severity: isHosts ? 'misread' : 'hint',
      what: 'no line says -D: a second load meets its own rules, stops at the first of them, and brings nothing new',
      mend: 'begin with a line that says -D',
    }),
  ];
}

function hiddenErrors({ statements, throughout }: Script): readonly Flaw[] {
  const failing = new Set(throughout.problems.map(({ statement }) => statement));
  return statements.flatMap((statement, index) => {
    const directive = directivesOf(statement).find(
      ({ name }) => name === 'ignoreErrors' || name === 'continueOnErrors',
    );
    if (directive === undefined) return [];
    const hidden = statements.slice(index + 1).filter((one) => failing.has(one)).length;
    const ends =
      directive.name === 'ignoreErrors'
        ? 'and the load ends as if all were well'
        : 'and the load goes on';
    return [
      flawAt(statement, '', {
        kind: 'hiddenErrors',
        severity: hidden === 0 ? 'hint' : 'misread',
        what:
          hidden === 0
            ? `errors after it will only be told to whoever looks, ${ends}`
            : `${counted(hidden, 'line')} after it will be refused, ${ends}`,
        mend: 'remove the line once all others load',
      }),
    ];
  });
}

/** Those that find a rule to delete; the others fail, and are told there. */
function deletingPrepends({ statements, throughout, world }: Script): readonly Flaw[] {
  if (!deletesOnPrepend(world)) return [];
  const refused = new Set(throughout.problems.map(({ statement }) => statement));
  return statements.flatMap((statement) =>
    statement.kind !== 'rule' || !statement.prepend || refused.has(statement)
      ? []
      : [
          flawAt(statement, '-A', {
            kind: 'prependDeletes',
            severity: 'misread',
            what: `auditctl ${world.version.join('.')} deletes this rule where it should prepend it`,
            mend: 'write `-a`, and put the line before the rules that it has to precede',
          }),
        ],
  );
}

/** Settings that a later line sets to something else. */
export function overriddenSettings({ statements, merging }: Script): readonly Flaw[] {
  if (merging !== undefined) return [];
  const last = new Map<string, { readonly statement: Statement; readonly value: number }>();
  const found: Flaw[] = [];
  for (const statement of statements) {
    for (const directive of directivesOf(statement)) {
      if (!('value' in directive)) continue;
      const { name, value } = directive;
      const before = last.get(name);
      // A lock is told as what it is.
      if (
        before !== undefined &&
        before.value !== value &&
        !(name === 'enabled' && before.value === 2)
      )
        found.push(overridden(before.statement, statement));
      last.set(name, { statement, value });
    }
  }
  return found;
}

/** Of two settings of one thing the last counts. */
export function overridden(statement: Statement, by: Statement | undefined): Flaw {
  return flawAt(statement, '', {
    kind: 'overridden',
    severity: 'misread',
    what:
      by === undefined
        ? 'augenrules drops it'
        : `it has no effect: ${placeOf(by)} sets the same, and the last one counts`,
    mend: 'keep the one that is meant',
    ...(by === undefined ? {} : { other: lineOf(by) }),
  });
}
