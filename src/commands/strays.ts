/** What a command line says beside what its command takes. */

import { UsageFailure } from '../errors.ts';
import type { Options } from './options.ts';

/** Commands that read the words after their name themselves. */
const TAKING_WORDS = ['rollback', 'explain', 'lint'];

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
  const { scenario, dir, list, root, state, to } = options;
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
