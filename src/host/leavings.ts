/** What a crash of an earlier run left in a directory: files that were not yet in place. */

import { readdirSync } from 'node:fs';
import { join, type AbsolutePath } from '../paths.ts';
import { discard, TEMPORARY_PREFIX } from './changes.ts';
import { quietly } from './failure.ts';
import { lookAt, loosely, native, type Hold } from './files.ts';
import { isRunning } from './owner.ts';

/** After the prefix, as `writeTemporary` and `openScratch` name them; first who made it. */
const NAME = /^(\d{1,10})-\d+-\d+\.(?:tmp|out)$/;

/** {@link Host.sweep} */
export function sweep(directory: AbsolutePath, hold: Hold = loosely): void {
  quietly(() => hold(directory, sweepHere));
}

function sweepHere(place: AbsolutePath): void {
  for (const name of readdirSync(native(place))) {
    if (!name.startsWith(TEMPORARY_PREFIX)) continue;
    const [, maker] = NAME.exec(name.slice(TEMPORARY_PREFIX.length)) ?? [];
    const path = join(place, name);
    if (maker !== undefined && !isAtWork(Number(maker)) && lookAt(path)?.kind === 'file')
      discard(path);
  }
}

/** Our own number is one that was given anew: what this run writes is in place before it goes on. */
function isAtWork(maker: number): boolean {
  return maker !== process.pid && isRunning(maker);
}
