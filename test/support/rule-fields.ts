/**
 * Random paths, keys, permissions and fields of rules, most of them right, and what people get wrong.
 * The fields are those of auditctl(8), -F. Paths are mostly those of scene.ts.
 */

import * as fc from 'fast-check';
import { FIELDS, OPERATORS } from '../../src/audit/vocabulary.ts';

/** Stands for the directory that a test makes; see scene.ts. */
export const SCENE = '/SCENE';

/** One of the words between bars. */
export const oneOf = (words: string): fc.Arbitrary<string> => fc.constantFrom(...words.split('|'));

/** `often` four times of five, else `seldom`. */
export function mostly<T>(often: fc.Arbitrary<T>, seldom: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ weight: 4, arbitrary: often }, { weight: 1, arbitrary: seldom });
}

const entry = mostly(
  oneOf('file|dir|dir/inner|link|dirlink|é|sp\\ ace|back\\\\slash|dir/.hidden'),
  fc.oneof(
    oneOf('absent|absent/below|file/below|dangling|loop|fifo|dirlink/inner|dirlink/../file'),
    oneOf('dir/|dir//|link/|dirlink/|dangling/|file/|absent/|dir/..|dir/.|./file|//file|.|..'),
    oneOf('*|f?le|sp ace|"file"|file\t|\udcff|\udcc3|dir/\udce9|usr/lib/x|lib/x|lib|#|a=b|a!=b'),
    fc.constantFrom('x'.repeat(255), 'x'.repeat(256), `dir/${'y'.repeat(255)}/`),
  ),
);
const longPath = fc
  .integer({ min: 4060, max: 4100 })
  .map((length) => `${SCENE}/${'dir/../'.repeat(600)}${'.'.repeat(9)}`.slice(0, length));
export const path: fc.Arbitrary<string> = fc.oneof(
  { weight: 30, arbitrary: entry.map((name) => `${SCENE}/${name}`) },
  {
    weight: 4,
    arbitrary: oneOf(
      '/|//|/.|/..|/etc|/etc/|/lib/os-release|/usr/lib/os-release|/var/run/x|/proc/version|/proc/absent|/bin',
    ),
  },
  { weight: 1, arbitrary: oneOf('file|./file|../x|~/x|"/etc"|,|=|/etc\t|-k') },
  { weight: 1, arbitrary: longPath },
);

export const letters = mostly(
  oneOf('r|w|x|a|wa|rwxa|wxa|ra'),
  oneOf('aw|WA|rr|wwaa|awxr|rwxaa|s|rwz|r,w|1|ı'),
);
export const key = mostly(
  oneOf('k|docker|a-b|key=x'),
  oneOf('a,b|"k"|k#x|-k|é|\udcfe|k\t|k\r|a\x01b|\x01|\x01a|a\x01\x01b|x\\ y|\\\\|k\\').chain(
    (word) => fc.constantFrom(word, word, 'k'.repeat(255), 'k'.repeat(256), 'k'.repeat(257)),
  ),
);

export const operator = mostly(
  fc.constant('='),
  mostly(fc.constantFrom(...OPERATORS), oneOf('==|=!|=>|')),
);
const number = mostly(
  oneOf('0|1|1000|-1|4294967295|07|0x1f'),
  oneOf('-0|+1|08|0x|1x|4294967296|-2147483649|18446744073709551616|99999999999999999999|-5|-e'),
);
const account = mostly(
  oneOf('0|root|unset|1000|-1|nobody'),
  fc.oneof(number, oneOf('nosuch|Root|')),
);
const word = oneOf('x|system_u|SYSCALL|EACCES|file|tracefs|b64|s0|SystemLow-SystemHigh');

/** Values that a field may well have. */
const VALUES: Readonly<Record<string, fc.Arbitrary<string>>> = {
  user: account,
  group: mostly(oneOf('0|root|1000|nogroup'), fc.oneof(number, oneOf('nosuch|unset|'))),
  number,
  inode: number,
  family: fc.oneof(number, oneOf('2|10|45|46|255')),
  session: fc.oneof(number, oneOf('unset|x')),
  argument: fc.oneof(number, oneOf('0x7FFFFFFF|0xFFFFFFFFFF|O_RDONLY')),
  exit: fc.oneof(number, oneOf('-EACCES|EPERM|-eperm|-13|-ENOSUCH|EWOULDBLOCK|-EAGAIN|-ENOTSUP')),
  messageType: oneOf('SYSCALL|1300|CWD|path|PATH|NOSUCH|1300x|9999|USER|ANOM_PROMISCUOUS|EOE'),
  fileType: oneOf('file|dir|socket|link|character|block|fifo|FILE|1|nosuch'),
  fileSystem: oneOf('tracefs|debugfs|TRACEFS|0x74726163|1|ext4|fuse'),
  permissions: letters,
  architecture: oneOf(
    'b64|b32|x86_64|i386|i686|aarch64|arm|ppc64le|c000003e|40000003|B64|nosuch|0',
  ),
  text: fc.oneof(path, path, word),
};

export const fieldName = mostly(
  fc.constantFrom(...[...FIELDS.keys()].filter((name) => !['perm', 'path', 'dir'].includes(name))),
  oneOf('loginuid|UID|Arch|nosuch|AUID|entry|obj_lev|subj|f24|'),
);

const field = (name: string): fc.Arbitrary<string> => {
  const values = VALUES[FIELDS.get(name.toLowerCase())?.reads ?? 'number'] ?? number;
  return fc.tuple(operator, mostly(values, fc.oneof(number, word))).map((p) => name + p.join(''));
};
export const equal = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(mostly(fc.constant('='), operator), value).map((parts) => name + parts.join(''));

export const anyField = fc.oneof(
  { weight: 3, arbitrary: fieldName.chain(field) },
  { weight: 2, arbitrary: equal('path', path) },
  { weight: 2, arbitrary: equal('dir', path) },
  { weight: 3, arbitrary: equal('perm', letters) },
  { weight: 2, arbitrary: equal('key', key) },
);
