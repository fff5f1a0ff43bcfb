/** What was done, to which file, in words. */

import type { Act, ActKind, Thing } from '../audit/act.ts';
import { nameWords } from './name-words.ts';

/** As it was done, and as it was tried: `X` is the file, `Y` what it became, `V` a mode or owner. */
const WORDS: Readonly<Record<ActKind, readonly [done: string, tried: string]>> = {
  openedForReading: ['opened X for reading', 'open X for reading'],
  openedForWriting: ['opened X for writing', 'open X for writing'],
  opened: ['opened X', 'open X'],
  made: ['made X', 'make X'],
  madeDirectory: ['made the directory X', 'make the directory X'],
  madeLink: ['made the link X', 'make the link X'],
  madeSocket: ['made the socket X', 'make the socket X'],
  linked: ['gave X another name, Y', 'give X another name, Y'],
  renamed: ['renamed X to Y', 'rename X to Y'],
  deleted: ['deleted X', 'delete X'],
  cut: ['changed the length of X', 'change the length of X'],
  executed: ['executed X', 'execute X'],
  changedMode: ['changed the mode of X to V', 'change the mode of X to V'],
  changedOwner: ['changed the owner of X to V', 'change the owner of X to V'],
  changedAttributes: ['changed attributes of X', 'change attributes of X'],
  readAttributes: ['read attributes of X', 'read attributes of X'],
  readLink: ['read where the link X leads', 'read where the link X leads'],
  looked: ['looked at X', 'look at X'],
  connected: ['connected to X', 'connect to X'],
  called: ['called V on X', 'call V on X'],
};

/** Errors by which the host refuses, and does not merely fail. */
const REFUSALS = ['EACCES', 'EPERM', 'EROFS'];

/** Such as `renamed /a to /b`, or `was not allowed to rename /a to /b (EACCES)`. */
export function actWords(act: Act): string {
  const [done, tried] = WORDS[act.kind];
  const what = thingWords(act.what);
  const fill = (words: string): string =>
    (act.to === undefined ? words.replace(/(?: to|,) Y$/, '') : words).replace(
      /\b[XYV]\b/g,
      (letter) =>
        letter === 'X' ? what : letter === 'Y' ? thingWords(act.to) : (act.value ?? 'another'),
    );
  if (act.error === undefined) return fill(done);
  const how = REFUSALS.includes(act.error) ? 'was not allowed to' : 'failed to';
  return `${how} ${fill(tried)} (${act.error})`;
}

function thingWords(thing: Thing | undefined): string {
  if (thing === undefined) return 'a file that no record names';
  if (thing.path !== undefined) return nameWords(thing.path);
  if (thing.directory !== undefined) return `something in ${nameWords(thing.directory)}`;
  if (thing.name !== undefined)
    return `${nameWords(thing.name)} in a directory that no record names`;
  return thing.inode === undefined
    ? 'an open file'
    : `an open file (inode ${thing.inode}, device ${thing.device ?? 'unknown'})`;
}
