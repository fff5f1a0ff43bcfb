/**
 * What to do at a place so that the rules in force record it, and harm nothing: a proof can only be
 * had of reading (`r`) and, where that is allowed, of attributes (`a`).
 */

import { architecturesOn } from '../audit/access.ts';
import type { Answer } from '../audit/decide.ts';
import { foresee } from '../audit/foresee.ts';
import type { RuleIndex } from '../audit/rule-index.ts';
import type { Permission } from '../audit/rule.ts';
import { hasSyscall } from '../audit/syscalls.ts';
import type { Deed, Entry } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';

export type Intention =
  /** The rules, as far as they are known, record it or silence it. */
  | {
      readonly kind: 'touch';
      readonly path: AbsolutePath;
      readonly deed: Deed;
      readonly foreseen: Exclude<Answer, { readonly kind: 'none' }>;
    }
  | {
      readonly kind: 'leave';
      readonly path: AbsolutePath;
      readonly outcome: 'notRecorded' | 'notProvable';
      readonly reason: string;
    };

/**
 * @param entry what stands at `path`, a canonical place
 * @param mayTouch whether a mode may be set to what it is: ctime moves
 */
export function intentionAt(
  path: AbsolutePath,
  entry: Pick<Entry, 'kind'> | undefined,
  index: RuleIndex,
  { mayTouch }: { readonly mayTouch: boolean },
): Intention {
  const leave = (outcome: 'notRecorded' | 'notProvable', reason: string): Intention => ({
    kind: 'leave',
    path,
    outcome,
    reason,
  });
  if (entry === undefined) return leave('notProvable', 'nothing stands there yet');
  const answers = answersAt(path, index);
  const asked = answers.filter(({ answer }) => answer.kind !== 'none');
  if (asked.length === 0) return leave('notRecorded', 'no rule in force watches it');
  const heard = asked.filter(({ answer }) => answer.kind === 'recorded');
  // Where all is silenced, any of them shows it.
  const [best] = [...heard, ...(heard.length === 0 ? asked : [])].flatMap(
    ({ permission, answer }) =>
      answer.kind !== 'none' && (permission === 'r' || permission === 'a')
        ? [{ permission, answer }]
        : [],
  );
  const words = heard.map(({ permission }) => permission).join('');
  if (best === undefined)
    return leave(
      'notProvable',
      `the rules record ${words} there, and no event of these is harmless`,
    );
  if (best.permission === 'r')
    return { kind: 'touch', path, deed: readingOf(entry), foreseen: best.answer };
  if (entry.kind === 'symlink')
    return leave('notProvable', `the rules record ${words} there, and a link has no mode to set`);
  if (!mayTouch)
    return leave(
      'notProvable',
      `the rules record ${words} there, and no reading: --touch sets the mode to what it is`,
    );
  return { kind: 'touch', path, deed: 'setMode', foreseen: best.answer };
}

/** Neither a FIFO, a socket nor a device is opened, and no link is followed. */
function readingOf({ kind }: Pick<Entry, 'kind'>): Deed {
  return kind === 'file' || kind === 'directory' ? 'open' : 'handle';
}

/** In the order in which they harm least. */
function answersAt(
  place: AbsolutePath,
  index: RuleIndex,
): readonly { readonly permission: Permission; readonly answer: Answer }[] {
  const { machine } = index.world;
  const [width = 'b64'] = architecturesOn(machine);
  const calls: readonly (readonly [Permission, string])[] = [
    ['r', 'openat'],
    ['a', hasSyscall('fchmod', machine, width) ? 'fchmod' : 'fchmodat'],
    ['w', 'openat'],
    ['x', 'execve'],
  ];
  return calls.map(([permission, call]) => ({
    permission,
    answer: foresee({ place, permission, call }, index),
  }));
}
