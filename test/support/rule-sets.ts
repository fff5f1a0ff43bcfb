/** Rule sets in the forms that guides, distributions and people use; see test/corpus/rule-sets. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from '../../src/text.ts';

const OURS = fileURLToPath(new URL('../corpus/rule-sets', import.meta.url));

/** Name and text of each set of the project. */
export function ruleSets(): readonly (readonly [string, string])[] {
  return ruleFilesIn(OURS);
}

/** Name and text of each `.rules` file in a directory. */
export function ruleFilesIn(directory: string): readonly (readonly [string, string])[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.rules'))
    .map((name) => [name, decode(readFileSync(join(directory, name)))] as const);
}
