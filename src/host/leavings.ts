/** What a crash of an earlier run left beside its lock: files that were not yet in place. */

import { readdirSync } from 'node:fs';
import { join, type AbsolutePath } from '../paths.ts';
import { discard, TEMPORARY_PREFIX } from './changes.ts';
import { quietly } from './failure.ts';
import { native } from './files.ts';
import { isRunning } from './owner.ts';

/** After the prefix, as `writeTemporary` and `openScratch` name them; first who made it. */
const NAME = /^(\d{1,10})-\d+-\d+\.(?:tmp|out)$/;

/** Removes from `directory` the temporary files of runs that have ended. */
export function sweep(directory: AbsolutePath): void {
  quietly(() => {
    for (const name of readdirSync(native(directory))) {
      if (!name.startsWith(TEMPORARY_PREFIX)) continue;
      const [, maker] = NAME.exec(name.slice(TEMPORARY_PREFIX.length)) ?? [];
      if (maker !== undefined && !isRunning(Number(maker))) discard(join(directory, name));
    }
  });
}
