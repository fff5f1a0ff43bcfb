/**
 * What a table of rules makes of one event: a system call that touches one place. The judge asks of
 * all accesses; a proof and the practice kernel ask of the one that is made.
 */

import type { AbsolutePath } from '../paths.ts';
import { architecturesOn } from './access.ts';
import { answersFor, type Answer } from './decide.ts';
import { candidatesFor, type RuleIndex } from './rule-index.ts';
import type { Permission, RuleStatement } from './rule.ts';

/** An event: what is done, by a call of the machine's own interface, at a canonical place. */
export interface Occurrence {
  readonly place: AbsolutePath;
  readonly permission: Permission;
  /** Such as `openat`. */
  readonly call: string;
}

/** What the first rule that matches the event says; `none` where no rule asks for it. */
export function foresee({ place, permission, call }: Occurrence, index: RuleIndex): Answer {
  const { machine } = index.world;
  const [architecture = 'b64'] = architecturesOn(machine);
  const candidates = candidatesFor(index, place, false);
  const answers = answersFor({ permission, architecture }, candidates, machine)
    .filter((one) => one.call === undefined || one.call === call)
    .map(({ answer }) => answer);
  const decided = answers.find(({ kind }) => kind === 'recorded') ??
    answers.find(({ kind }) => kind === 'silenced') ?? { kind: 'none' };
  if (decided.kind !== 'recorded') return decided;
  const silencer = index.quiet ?? (namesPath(decided.by) ? index.blinding : undefined);
  return silencer === undefined ? decided : { kind: 'silenced', by: silencer };
}

function namesPath({ rule }: RuleStatement): boolean {
  return rule.fields.some(
    (field) => field.kind === 'value' && ['path', 'dir', 'watch'].includes(field.name),
  );
}
