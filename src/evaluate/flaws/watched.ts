/** Rules whose path does not stand for what a person sees there. Source: docs/coverage.md. */

import { escaped } from '../../audit/lines.ts';
import type { RuleStatement } from '../../audit/rule.ts';
import type { PathFacts } from '../../audit/world.ts';
import { pathFields } from './absent.ts';
import { flawAt, type Flaw } from './flaw.ts';
import type { Script } from './script.ts';

/** Watches on links, trees on files, and watches on what is not there yet. */
export function misplacedWatches({ statements, throughout, world }: Script): readonly Flaw[] {
  const refused = new Set(throughout.problems.map(({ statement }) => statement));
  return statements.flatMap((statement) => {
    if (statement.kind !== 'rule' || refused.has(statement)) return [];
    return pathFields(statement).flatMap(({ name, value }) => {
      const facts = world.paths.get(value);
      return facts === undefined || name === 'exe' ? [] : placed(statement, name, value, facts);
    });
  });
}

function placed(
  statement: RuleStatement,
  name: string,
  path: string,
  { kind, target }: PathFacts,
): readonly Flaw[] {
  const at = escaped(path);
  if (kind === 'symlink' && !(name === 'dir' && path.endsWith('/')))
    return [
      flawAt(statement, at, {
        kind: 'finalLink',
        severity: 'misread',
        what: `it is a link${target ? ` to ${target.place}` : ' that leads nowhere'}: the last link of a path is not followed, so what lies behind it is not watched`,
        mend: target
          ? `watch ${target.place}, beside the link or instead of it`
          : 'watch the file itself, or remove the line',
      }),
    ];
  if (name === 'dir' && (kind === 'file' || kind === 'other'))
    return [
      flawAt(statement, at, {
        kind: 'directoryOnFile',
        severity: 'misread',
        what: 'it is no directory: once the file is replaced, as by a package, the rule is listed and dead',
        mend: `write -F path=${at}, which survives that`,
      }),
    ];
  if (name === 'path' && kind === 'directory')
    return [
      flawAt(statement, at, {
        kind: 'entryOnly',
        severity: 'hint',
        what: 'it is a directory, and path= means its entry alone: what is written to files in it is not seen',
        mend: `write -F dir=${at} if all that lies below it is meant`,
      }),
    ];
  if (name === 'watch' && kind === 'absent')
    return [
      flawAt(statement, at, {
        kind: 'absentPlace',
        severity: 'hint',
        what: 'nothing is there yet: should a directory come to stand there, its entry alone is watched until the rules are loaded again',
        mend: 'load the rules again once it is there',
      }),
    ];
  return [];
}
