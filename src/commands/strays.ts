/** What a command line says beside what its command takes. */

import { UsageFailure } from '../errors.ts';
import { refuseStrayEvidence } from './evidence-options.ts';
import type { Options } from './options.ts';

/** Commands that read the words after their name themselves. */
const TAKING_WORDS = [
  'rollback',
  'confirm',
  'expire',
  'after-boot',
  'explain',
  'lint',
  'history',
  'evidence',
];

/** Words and options that this run would pass over. @throws UsageFailure */
export function refuseStrays(
  name: string,
  rest: readonly string[],
  isDemo: boolean,
  options: Options,
): void {
  const [word] = TAKING_WORDS.includes(name) ? [] : rest;
  if (word !== undefined)
    throw new UsageFailure(`${name} takes no '${word}'`, "'dockaudit --help' shows what it takes");
  refuseStrayEvidence(name, options);
  const { scenario, dir, list, root, state, keep, to } = options;
  if (options.confirmWithinMs !== undefined && name !== 'fix')
    throw new UsageFailure(
      '--confirm-within goes with fix',
      "it says how long a change waits for 'dockaudit confirm'",
    );
  if (options.confirmWithinMs !== undefined && root !== undefined)
    throw new UsageFailure(
      '--confirm-within is for a host that runs, and --root names an image',
      'leave one of them out',
    );
  if (options.checkAfterBoot && (name !== 'fix' || root !== undefined))
    throw new UsageFailure(
      '--check-after-boot goes with fix, on a host that runs',
      "'dockaudit check' looks at any time",
    );
  refuseProof(name, options);
  const isPrune = name === 'history' && rest[0] === 'prune';
  const [extra] = name === 'history' ? rest.slice(isPrune ? 1 : 0) : [];
  if (extra !== undefined)
    throw new UsageFailure(
      `history takes no '${extra}'`,
      "'dockaudit history prune' forgets the oldest",
    );
  if (keep !== undefined && !isPrune)
    throw new UsageFailure(
      '--keep goes with history prune',
      "write 'dockaudit history prune --keep N'",
    );
  if (options.since !== undefined && name !== 'events')
    throw new UsageFailure('--since goes with events', "write 'dockaudit events --since 7d'");
  if (to !== undefined && name !== 'recover')
    throw new UsageFailure('--to goes with recover', "write 'dockaudit recover --to before'");
  if (!isDemo && (scenario ?? dir ?? (list || undefined)) !== undefined)
    throw new UsageFailure('--scenario, --dir and --list go with demo', "write 'dockaudit demo …'");
  if (isDemo && (root ?? state) !== undefined)
    throw new UsageFailure(
      'the practice host takes no --root and no --state',
      'leave them out, or leave out demo',
    );
}

/** An event has to be recorded by a kernel, and is made after a change or instead of one. */
function refuseProof(name: string, { prove, touch, root }: Options): void {
  if (prove !== 'auto' && name !== 'fix')
    throw new UsageFailure(
      '--prove and --no-prove go with fix',
      "'dockaudit prove' is the proof alone",
    );
  if (touch && name !== 'prove' && (name !== 'fix' || prove === 'never'))
    throw new UsageFailure('--touch goes with prove', "write 'dockaudit prove --touch'");
  if (root !== undefined && (name === 'prove' || prove === 'always'))
    throw new UsageFailure(
      'a proof is for a host that runs, and --root names an image',
      'leave --root out',
    );
}
