/** All flaws of a script, in the order of its lines. Pure: the same for `lint` and for every plan. */

import { missingAtBoot } from './absent.ts';
import { narrowerThanSaid } from './conditions.ts';
import { placeAt, type Flaw } from './flaw.ts';
import { cutLines, gluedLines } from './lines.ts';
import { lostInMerge } from './merged.ts';
import { misplacedDirectives, overriddenSettings } from './order.ts';
import { unsafeFiles } from './owner.ts';
import { refusedLines } from './refused.ts';
import type { Script } from './script.ts';
import { silencedRules } from './silence.ts';
import { cutAtNul, literalWords } from './spelling.ts';
import { erasedRules, unreadRules } from './unread.ts';
import { misplacedWatches } from './watched.ts';

/** By file in load order, then by line and column. */
export function findFlaws(script: Script): readonly Flaw[] {
  const found = [
    ...unsafeFiles(script),
    ...gluedLines(script),
    ...cutLines(script),
    ...cutAtNul(script),
    ...refusedLines(script),
    ...unreadRules(script),
    ...missingAtBoot(script),
    ...literalWords(script),
    ...misplacedWatches(script),
    ...narrowerThanSaid(script),
    ...silencedRules(script),
    ...misplacedDirectives(script),
    ...overriddenSettings(script),
    ...lostInMerge(script),
    ...erasedRules(script),
  ];
  return inOrder(told(found), script);
}

/** These say all that is to be said of their line: what auditctl makes of it was never written. */
const WHOLE = ['glued', 'longLine', 'nul'];
/** These are worth a word only where nothing worse is said of the line. */
const ASIDE = ['absentPlace', 'entryOnly', 'oneArchitecture'];

function told(found: readonly Flaw[]): readonly Flaw[] {
  const linesWith = (wanted: (flaw: Flaw) => boolean): ReadonlySet<string> =>
    new Set(found.filter(wanted).map(({ at }) => placeAt(at)));
  const whole = linesWith(({ kind }) => WHOLE.includes(kind));
  const worse = linesWith(({ severity }) => severity !== 'hint');
  return found.filter(({ kind, at }) => {
    if (WHOLE.includes(kind) || kind === 'unread') return true;
    return !whole.has(placeAt(at)) && !(ASIDE.includes(kind) && worse.has(placeAt(at)));
  });
}

function inOrder(flaws: readonly Flaw[], { files }: Script): readonly Flaw[] {
  const places = new Map(files.map(({ path }, index) => [path, index]));
  const place = ({ at }: Flaw): number => places.get(at.file) ?? files.length;
  return flaws.toSorted(
    (one, other) =>
      place(one) - place(other) ||
      (one.at.file < other.at.file ? -1 : one.at.file > other.at.file ? 1 : 0) ||
      one.at.line - other.at.line ||
      one.at.column - other.at.column,
  );
}
