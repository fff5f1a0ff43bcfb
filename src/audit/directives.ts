/** Options of auditctl that make no rule: settings, deletions, questions. Source: setopt. */

import { crash, next, refused, type Draft, type Verdict } from './draft.ts';
import { integerOf, isOutOfRange } from './integer.ts';
import type { Directive } from './rule.ts';

export type Handler = (draft: Draft, value: string) => Verdict;

export const DIRECTIVES: readonly (readonly [string, Handler])[] = [
  ['h', () => refused('usage: auditctl [options]')],
  ['i', (draft) => stop(draft, { name: 'ignoreErrors' })],
  ['c', (draft) => stop(draft, { name: 'continueOnErrors' })],
  ['s', readStatus],
  ['l', readListing],
  ['v', (draft) => stop(draft, { name: 'other', option: '-v' })],
  ['D', readDeleteAll],
  ['t', (draft) => leave(draft, { name: 'other', option: '-t' })],
  ['m', readMessage],
  ['q', readEquivalent],
  ['R', () => refused('Error - nested rule files not supported')],
  ['e', (draft, value) => readSwitch(draft, value, 'enabled', 'Enable')],
  ['f', (draft, value) => readSwitch(draft, value, 'failure', 'Failure')],
  ['r', (draft, value) => readNumber(draft, value, 'rateLimit', 'Rate')],
  ['b', (draft, value) => readNumber(draft, value, 'backlogLimit', 'Backlog')],
  [
    'backlog_wait_time',
    (draft, value) => readNumber(draft, value, 'backlogWaitTime', 'Backlog_wait_time'),
  ],
  ['loginuid-immutable', (draft) => leave(draft, { name: 'loginuidImmutable' })],
  ['reset-lost', (draft) => leave(draft, { name: 'other', option: '--reset-lost' })],
  [
    'reset_backlog_wait_time_actual',
    (draft) => leave(draft, { name: 'other', option: '--reset_backlog_wait_time_actual' }),
  ],
  ['signal', (draft) => leave(draft, { name: 'other', option: '--signal' })],
];

function stop(draft: Draft, directive: Directive): Verdict {
  draft.directives.push(directive);
  return { kind: 'stop' };
}

/** auditctl does it and reads no further, not even whether words are left. */
export function leave(draft: Draft, directive: Directive): Verdict {
  draft.directives.push(directive);
  return { kind: 'done' };
}

function readStatus(draft: Draft): Verdict {
  if (draft.count > 3) return refused('Too many options for status command');
  if (draft.scanner.position === 2 && draft.count === 3) {
    if (draft.scanner.word(2) !== '-i') return refused('Only -i option is allowed');
    draft.count -= 1;
  }
  return stop(draft, { name: 'other', option: '-s' });
}

function readListing(draft: Draft): Verdict {
  if (draft.count > 4) return refused('Wrong number of options for list request');
  const wanted = { 3: '-i', 4: '-k' }[draft.count];
  if (draft.count === 3 && draft.scanner.word(draft.scanner.position) === undefined) return crash;
  if (wanted !== undefined && draft.scanner.word(draft.scanner.position) !== wanted) {
    return refused('Only -k or -i options are allowed');
  }
  draft.count = 2;
  return stop(draft, { name: 'other', option: '-l' });
}

function readDeleteAll(draft: Draft): Verdict {
  const { count, scanner } = draft;
  if (count > 4 || count === 3) {
    return refused('Wrong number of options for Delete all request');
  }
  if (count < 4) return stop(draft, { name: 'deleteAll' });
  const option = scanner.word(scanner.position);
  if (option === undefined) return crash;
  if (option !== '-k') return refused('Only the -k option is allowed');
  draft.count -= 2;
  const key = scanner.word(3) ?? '';
  return stop(draft, key === '' ? { name: 'deleteAll' } : { name: 'deleteAll', key });
}

function readMessage(draft: Draft, value: string): Verdict {
  if (draft.count > 3) {
    return refused('The -m option must be only the only option and takes 1 parameter');
  }
  // char is signed: a byte above 0x7f is below a space, too.
  if (/[^ -\x7f]/.test(value)) return refused('Illegal character in audit event');
  return leave(draft, { name: 'other', option: '-m' });
}

function readEquivalent(draft: Draft, value: string): Verdict {
  if (draft.namesSyscalls) return refused('Syscall auditing requested for make equivalent');
  const [mount = '', place = '', ...more] = value.split(',');
  if (place === '' || more.length > 0) return refused('Error parsing equivalent parts');
  return leave(draft, { name: 'equivalent', paths: [mount, place] });
}

function readSwitch(
  draft: Draft,
  text: string,
  name: 'enabled' | 'failure',
  title: string,
): Verdict {
  const value = ([0, 1, 2] as const).find((known) => String(known) === text);
  if (value === undefined) return refused(`${title} must be 0, 1, or 2 was ${text}`);
  draft.directives.push({ name, value });
  return next;
}

function readNumber(
  draft: Draft,
  text: string,
  name: 'rateLimit' | 'backlogLimit' | 'backlogWaitTime',
  title: string,
): Verdict {
  if (!/^\d/.test(text)) return refused(`${title} must be a numeric value was ${text}`);
  if (isOutOfRange(text)) return refused(`Error converting ${title.toLowerCase()}`);
  draft.directives.push({ name, value: integerOf(text, 'unsigned') });
  return next;
}
