/**
 * Random small tables on and around one file, for real events: which of their rules comes first,
 * whether it names the file, and whether it hears the call. No rule records what is far from it.
 */

import * as fc from 'fast-check';
import { SCENE } from './rule-fields.ts';

/** What the events are on. */
export const WATCHED = `${SCENE}/dir/inner/program`;

const oneOf = (...words: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...words);
const below = (...names: readonly string[]): readonly string[] =>
  names.map((name) => (name === '' ? SCENE : `${SCENE}/${name}`));

const itself = below('dir/inner/program', 'dirlink/inner/program', 'dir//inner/program');
const above = below('dir/inner', 'dir', '', 'dirlink/inner', 'dir/../dir', 'dir/inner/');
const beside = below('dir/inner/link', 'dir/inner/other', 'dirlink', 'file', 'dir/innerlink');

const place = fc.oneof(
  { weight: 6, arbitrary: oneOf(...itself) },
  { weight: 4, arbitrary: oneOf(...above) },
  { weight: 2, arbitrary: oneOf(...beside) },
  { weight: 1, arbitrary: oneOf(...below('dirlink/', 'dir/inner/program/', 'dir/inner/absent')) },
);
const letters = oneOf('r', 'w', 'x', 'a', 'wa', 'rx', 'wxa', 'rwxa', 'rwxa');

/** A part that is there once in `freq` times. */
const sometimes = (part: fc.Arbitrary<string>, freq: number): fc.Arbitrary<string> =>
  fc.tuple(fc.nat(freq - 1), part).map(([turn, text]) => (turn === 0 ? text : ''));

const words = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.filter((text) => text !== '').join(' '));

const watch = words(
  place.map((path) => `-w ${path}`),
  sometimes(
    letters.map((text) => `-p ${text}`),
    2,
  ),
);

const OPEN = 'open,openat,creat,openat2';
const calls = oneOf('all', OPEN, 'execve', 'chmod,fchmod,fchmodat', `${OPEN},execve`, 'rename');
const condition = oneOf('uid=0', 'uid!=0', 'auid>=1000', 'success=0', 'filetype=file', 'exit=0');
const located = words(
  oneOf('-a', '-a', '-a', '-A'),
  oneOf('always,exit', 'exit,always', 'never,exit'),
  sometimes(oneOf('-F arch=b64', '-F arch=b32'), 3),
  sometimes(
    calls.map((names) => `-S ${names}`),
    3,
  ),
  fc.tuple(oneOf('path', 'path', 'dir'), place).map(([name, path]) => `-F ${name}=${path}`),
  sometimes(
    letters.map((text) => `-F perm=${text}`),
    2,
  ),
  sometimes(
    letters.map((text) => `-F perm=${text}`),
    6,
  ),
  sometimes(
    condition.map((text) => `-F ${text}`),
    6,
  ),
);

/** Rules that keep others from being heard. */
const silence = fc.oneof(
  oneOf(
    '-a never,task',
    '-a task,never -F uid=0',
    '-a never,task -F uid=12345',
    '-a always,exclude -F msgtype=SYSCALL',
    '-a never,exclude -F msgtype=SYSCALL',
    '-a always,exclude -F msgtype=PATH',
    '-a always,exclude -F msgtype>=SYSCALL -F msgtype<=CWD',
    '-a always,exclude -F uid=0',
    '-a never,exit -F arch=b32',
    '-a never,exit -F arch=b64 -S execve',
    '-a never,exit -S all -F perm=w',
    '-A never,exit -S chmod',
    '-a never,exit -F uid=0',
    '-a never,user',
    '-a never,filesystem -F fstype=tracefs',
  ),
);

/** Text of a rules file that loads line by line, whatever one of them does. */
export const eventTable: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: watch },
      { weight: 6, arbitrary: located },
      { weight: 1, arbitrary: silence },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((lines) =>
    ['-i', ...lines.map((line, index) => `${line}${keyOf(line, index)}`), ''].join('\n'),
  );

/** Apart by their keys, so that none is refused as another's double. */
function keyOf(line: string, index: number): string {
  return /^-w|path=|dir=/.test(line) ? ` -k k${index}` : '';
}
