/** One audit rule explained in text: what it watches, what it misses, what silences it here. */

import type { RuleMeaning, Watched } from '../evaluate/meaning/meaning.ts';
import type { Permission, Rule } from '../audit/rule.ts';
import type { Style } from '../terminal/terminal.ts';
import { counted } from '../text.ts';
import { listed, paint, type Row, rows, wrap } from './layout.ts';
import { originWord } from './words.ts';

const PERMISSIONS: Readonly<Record<Permission, string>> = {
  r: 'read (r)',
  w: 'write (w)',
  x: 'execute (x)',
  a: 'attributes (a)',
};

const LISTS: Readonly<Record<Rule['list'], string>> = {
  exit: 'at the end of each system call (exit)',
  task: 'when a task is made (task): it decides whether that task is audited at all',
  user: 'when a program sends a record of its own (user)',
  exclude: 'when a record is written (exclude): those that match are dropped, whatever the action',
  filesystem: 'for all of a file system (filesystem)',
  io_uring: 'at the end of each io_uring operation (io_uring)',
};

/** One rule as a block of rows. */
export function describeRule(meaning: RuleMeaning, style: Style): string {
  const { text, rule, conditions, misses, silencedBy, silences, advice } = meaning;
  const entries: readonly Row[] = [
    ['watches', watchedWords(meaning.watched, rule)],
    ...(rule.list === 'exit' ? [['records', accessWords(meaning)] as const] : []),
    ['decides', `${rule.action}, ${LISTS[rule.list]}`],
    ...(conditions.length === 0 ? [] : [['only if', ...conditions] as const]),
    ['key', keyWords(rule)],
    ...(misses.length === 0 ? [] : [['misses', ...misses] as const]),
    ['loads', loadWords(meaning)],
    ...(meaning.listed === undefined ? [] : [['lists as', meaning.listed] as const]),
    ['here', hereWords(meaning)],
    ...(silencedBy.length === 0
      ? []
      : ([
          [
            'silenced',
            ...silencedBy.map((by) => `${originWord(by.origin)} '${by.text}' ${by.reason}`),
          ],
        ] as const)),
    ...(silences.length === 0 ? [] : [['silences', ...silencesWords(silences)] as const]),
    ...(advice.length === 0
      ? []
      : [['advice', ...advice.map(({ what, mend }) => `${what}; ${mend}`)] as const]),
  ];
  return `${paint(style, 'bold', wrap(text, style, '', '  '))}\n${rows(entries, style)}`;
}

function watchedWords(watched: Watched, { list, action }: Rule): string {
  if (watched.kind === 'everything')
    return list === 'exit' && action === 'always'
      ? 'no path: events of any file, or of none'
      : 'no path';
  const { path, kind, facts } = watched;
  const how =
    kind === 'tree'
      ? `${path} and all that lies below it (dir=)`
      : `${path} alone, by its name in its directory (path=)`;
  return `${how}: ${standing(facts)}`;
}

function standing({
  kind,
  target,
  place,
  missingAtBoot,
}: Extract<Watched, { readonly kind: 'tree' | 'entry' }>['facts']): string {
  const late = missingAtBoot === undefined ? '' : `; when the host boots, ${missingAtBoot}`;
  if (place === undefined) return `its directory is not there now${late}`;
  if (kind === 'absent') return `nothing stands there now${late}`;
  if (kind === 'symlink')
    return `a link stands there now, ${target ? `to ${target.place}` : 'which leads nowhere'}${late}`;
  return `a ${kind === 'other' ? 'socket, device or FIFO' : kind} stands there now${late}`;
}

function accessWords({ rule, permissions, architectures }: RuleMeaning): string {
  const kinds =
    permissions.length === 0
      ? rule.syscalls === 'all'
        ? 'nothing: its permissions exclude each other'
        : 'no access to files as such'
      : listed(permissions.map((one) => PERMISSIONS[one]));
  const calls = rule.syscalls === 'all' ? 'any system call' : listed(rule.syscalls);
  const by = architectures.length === 0 ? '' : `, by programs that use ${listed(architectures)}`;
  return `${kinds}; ${calls}${by}`;
}

function keyWords({ keys }: Rule): string {
  if (keys.length === 0) return 'none: ausearch -k will not find its events';
  return `${listed(keys)}: 'ausearch -k ${keys[0]}' finds its events`;
}

function loadWords({ loads }: RuleMeaning): string {
  return loads.kind === 'yes' ? 'yes, on an empty table' : `no: ${loads.reason}; ${loads.mend}`;
}

function hereWords({ running, written, unreadFiles }: RuleMeaning): string {
  const kernel = {
    yes: 'the kernel holds it',
    no: 'the kernel does not hold it',
    unknown: 'the kernel was not asked, or gave no answer',
  }[running];
  const files =
    written.length > 0
      ? `written in ${listed(written.map(originWord))}`
      : unreadFiles === undefined
        ? 'no rule file has it'
        : `no rule file was read: ${unreadFiles}`;
  return `${kernel}, ${files}`;
}

/** More would drown what else is said. */
const MOST = 5;

function silencesWords(rules: RuleMeaning['silences']): readonly string[] {
  const rest = rules.length - MOST;
  const shown = rules.slice(0, MOST).map(({ origin, text }) => `${originWord(origin)} '${text}'`);
  return rest > 0 ? [...shown, `and ${counted(rest, 'more rule')}`] : shown;
}
