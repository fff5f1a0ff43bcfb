/** Flaws of the lines that a load of this host meets, in few words: `lint` tells them whole. */

import type { Facts } from '../discover/facts.ts';
import { findFlaws } from '../evaluate/flaws/find-flaws.ts';
import { placeAt, placeOf, type Flaw } from '../evaluate/flaws/flaw.ts';
import { hostScript } from '../evaluate/flaws/script.ts';
import { counted } from '../text.ts';

/** More would hide what the plan itself has to say. */
const MOST = 5;

/** Told by blockers, by the way that the plan takes, and by its diffs. */
const TOLD_ELSEWHERE: readonly Flaw['kind'][] = ['unread', 'missingDelete', 'erased'];

/** Notes for a plan, about lines that neither a blocker nor a warning names. */
export function flawNotes(facts: Facts): readonly string[] {
  const { loaded, atBoot } = facts.persistent;
  const told = [...loaded.problems, ...atBoot.problems.filter(({ stops }) => stops)];
  const named = new Set(told.map(({ statement }) => placeOf(statement)));
  // What lies beside the files that are read, no load meets.
  const flaws = findFlaws(hostScript(facts, [])).filter(
    ({ severity, kind, at }) =>
      severity !== 'hint' && !TOLD_ELSEWHERE.includes(kind) && !named.has(placeAt(at)),
  );
  const shown = flaws.slice(0, MOST).map(({ at, what }) => `${placeAt(at)}: ${what}`);
  const rest = flaws.length - shown.length;
  return rest === 0
    ? shown
    : [...shown, `${counted(rest, 'more flaw')} of the rule files: 'dockaudit lint' shows them`];
}
