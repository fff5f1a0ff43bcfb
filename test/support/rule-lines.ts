/**
 * Random lines of rules files, most of them nearly right: every option, list, order and spelling of
 * auditctl(8), and what people get wrong.
 */

import * as fc from 'fast-check';
import { LISTS } from '../../src/audit/rule.ts';
import { COMPARISONS } from '../../src/audit/vocabulary.ts';
import {
  anyField,
  equal,
  fieldName,
  key,
  letters,
  mostly,
  oneOf,
  operator,
  path,
  SCENE,
} from './rule-fields.ts';

const call = mostly(
  oneOf('open|openat|execve|chmod|connect|all|59|0|2047'),
  oneOf(
    '2048|-1|0x3b|nosuch|OPEN|socketcall|clone3|openat2|faccessat2|x32|99999999999|1x| |open_by',
  ),
);
const calls = fc.array(call, { minLength: 1, maxLength: 4 }).map((list) => list.join(','));
const place = mostly(
  fc.tuple(
    fc.constantFrom('always', 'never'),
    mostly(fc.constant('exit'), fc.constantFrom(...LISTS)),
  ),
  fc.tuple(oneOf('always|possible|Always|exit|'), oneOf('entry|watch|EXIT|task,exit|never|')),
).chain(([action, list]) => fc.constantFrom(`${action},${list}`, `${list},${action}`));
const compared = mostly(
  fc
    .constantFrom(...COMPARISONS)
    .chain(([one, other]) => fc.constantFrom([one, other] as const, [other, one] as const)),
  fc.tuple(fieldName, fieldName),
);
const comparison = fc
  .tuple(compared, mostly(oneOf('=|!='), operator))
  .map(([[left, right], sign]) => left + sign + right);

/** An option and its value: apart, together, or an option that takes none. */
const option = (name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(value, mostly(fc.constant(' '), oneOf('|  ')))
    .map(([text, gap]) => `-${name}${gap}${text}`);

const part = fc.oneof(
  { weight: 6, arbitrary: option('F', anyField) },
  { weight: 2, arbitrary: option('S', calls) },
  { weight: 2, arbitrary: option('k', key) },
  { weight: 1, arbitrary: option('C', comparison) },
  { weight: 1, arbitrary: option('p', letters) },
);
const arch = option('F', equal('arch', oneOf('b64|b32|b64|nosuch')));
const watchPart = fc.oneof(
  { weight: 5, arbitrary: option('p', letters) },
  { weight: 5, arbitrary: option('k', key) },
  { weight: 1, arbitrary: part },
);

/** `head`, then what follows it. */
const joined = (
  head: fc.Arbitrary<string>,
  rest: fc.Arbitrary<string>,
  maxLength: number,
): fc.Arbitrary<string> =>
  fc.tuple(head, fc.array(rest, { maxLength })).map(([first, more]) => [first, ...more].join(' '));

const watch = joined(option('w', path), watchPart, 3);
const unwatch = joined(option('W', path), watchPart, 2);
const syscallRule = fc
  .tuple(
    fc.constantFrom('-a', '-a', '-a', '-a', '-A', '-d'),
    place,
    fc.option(arch, { nil: '' }),
    fc.array(part, { maxLength: 5 }),
  )
  .map(([how, where, first, parts]) => [`${how} ${where}`, first, ...parts].join(' '));

const many = fc
  .integer({ min: 60, max: 65 })
  .map((count) => `-a always,exit -S open${' -F uid=0'.repeat(count)} -k k`);

const directive = fc.oneof(
  oneOf('-D|-D|-D -k k|-D -k d|-D -k|-D k|-D -k |-D -k k x|-D -D|-Dk|-D -i'),
  oneOf('-b 8192|-b 64|-f 0|-f 1|-e 0|-e 1|-r 0|-r 100|-b 8192 -f 1|-e 1 -D|-b 100 x'),
  oneOf('--backlog_wait_time 60000|--backlog_wait_time 0|--backlog_wait_time 1 -b 128'),
  oneOf('-s|-l|-v|-t|-i|-c|-s -i|-l -k k|-l -i|-l k|-s x|-i -c|-h|-l -k k -i|-t x|-v x|-i x'),
  oneOf('-q /a,/b|-q /a|-q ,|-q /a,|-q ,/b|-q /a,/b,/c|-q /etc,/usr|-q /etc,/usr x|-q /lib/,/etc'),
  oneOf(
    `-q ${SCENE}/file,${SCENE}/dir|-q ${SCENE}/file/,/etc|-q /etc,${SCENE}/dangling|-q /,/nosuch`,
  ),
  oneOf('-F arch=b64 -t|-F arch=b32 -t x|-F uid=0 -t|-F pid=1arch= -t|x -l|x 1 -D|x -D|x y z -l'),
  oneOf('-m text|-m|-m é|-m a b|-m \t|-i -w /etc -k k|-D -w /etc -k k|-w /etc -k k -D|-w /etc -i'),
);
const odd = fc.oneof(
  oneOf(
    '|  |\t|# c|  # c|\t# c|\r|# \r|word|-|-w|-a|-k|-F|-S|-x|-w /a /b|-a always exit|;|\\|"-D"',
  ),
  fc
    .array(fc.oneof(part, watchPart, oneOf('-w|-a|always,exit|/etc|-D|-i|x|-')), { maxLength: 5 })
    .map((words) => words.join(' ')),
);

/** Any line. */
export const anyLine = fc.oneof(
  { weight: 16, arbitrary: watch },
  { weight: 20, arbitrary: syscallRule },
  { weight: 4, arbitrary: unwatch },
  { weight: 6, arbitrary: directive },
  { weight: 4, arbitrary: odd },
  { weight: 1, arbitrary: many },
);
