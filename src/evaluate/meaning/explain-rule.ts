/** All that one rule means on one host. Pure; its parts are judged in the files beside it. */

import { canonical, watchKind } from '../../audit/canonical.ts';
import { listRule } from '../../audit/listing.ts';
import { load, type Problem } from '../../audit/load.ts';
import type { Rule, RuleStatement } from '../../audit/rule.ts';
import type { World } from '../../audit/world.ts';
import type { Facts } from '../../discover/facts.ts';
import { absolutePath } from '../../paths.ts';
import { pathFields } from '../flaws/absent.ts';
import { findFlaws } from '../flaws/find-flaws.ts';
import type { Flaw, FlawKind } from '../flaws/flaw.ts';
import { fileScript } from '../flaws/script.ts';
import { reachedBy } from '../reached.ts';
import { conditionWords } from './conditions.ts';
import type { Loads, RuleMeaning, Watched } from './meaning.ts';
import { missesOf } from './misses.ts';
import { silencedOf, silencesOf, standingOf } from './silences.ts';

/** Of a file, not of a line. */
const OF_FILES: readonly FlawKind[] = ['missingDelete'];

/** @param world of the facts, and of all that the rule names */
export function explainRule(statement: RuleStatement, facts: Facts, world: World): RuleMeaning {
  const { rule, text } = statement;
  const outcome = load([statement], world);
  const flaws = findFlaws(fileScript({ path: absolutePath('/dev/stdin'), text }, world));
  const loads = loadsAs(outcome.problems[0], flaws);
  const sent = canonical(rule, world);
  const held = loads.kind === 'yes' && 'value' in sent ? sent.value : undefined;
  const watched = watchedBy(rule, statement, world);
  const conditions = conditionWords(rule);
  return {
    text,
    rule,
    loads,
    watched,
    ...reachedBy(rule, world.machine),
    conditions,
    misses: missesOf(statement, watched, conditions, world),
    listed: held && listRule(held, world),
    silencedBy: silencesOf(statement, held, facts, world),
    silences: silencedOf(statement, held, facts, world),
    ...standingOf(held, facts),
    advice: flaws.filter(
      ({ kind, severity }) => severity !== 'refused' && !OF_FILES.includes(kind),
    ),
  };
}

/** The flaw of the line knows a better mend than auditctl's words alone. */
function loadsAs(problem: Problem | undefined, flaws: readonly Flaw[]): Loads {
  if (problem === undefined) return { kind: 'yes' };
  const refused = flaws.find(({ severity }) => severity === 'refused');
  return { kind: 'no', reason: problem.reason, mend: refused?.mend ?? problem.mend };
}

function watchedBy(rule: Rule, statement: RuleStatement, world: World): Watched {
  const [field] = pathFields(statement).filter(({ name }) => name !== 'exe');
  if (field === undefined || rule.list !== 'exit') return { kind: 'everything' };
  const { name, value: path } = field;
  const kind = name === 'watch' ? watchKind(path, world) : name;
  const facts = world.paths.get(path) ?? { kind: 'absent', place: undefined };
  return { kind: kind === 'dir' ? 'tree' : 'entry', path, facts };
}
