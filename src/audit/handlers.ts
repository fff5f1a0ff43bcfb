/**
 * What each option of auditctl does to a draft; here those that make a rule.
 * Source: setopt, src/auditctl.c of audit 3.0.9.
 */

import { isLonger } from '../text.ts';
import { next, refused, type Draft, type Verdict } from './draft.ts';
import { PATH_BYTES, readComparison, readField } from './field.ts';
import { DIRECTIVES, leave, type Handler } from './directives.ts';
import { remembered } from './remember.ts';
import { LISTS, type Action, type List } from './rule.ts';
import { ACTIONS, permissionsOf } from './vocabulary.ts';

export const HANDLERS: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  ...DIRECTIVES,
  ['a', (draft, value) => readOperation(draft, value, 'a')],
  ['A', (draft, value) => readOperation(draft, value, 'A')],
  ['d', (draft, value) => readOperation(draft, value, 'd')],
  ['w', readWatch],
  ['W', readUnwatch],
  ['S', readSyscalls],
  ['F', readPair],
  ['C', (draft, value) => draft.addField(value, readComparison(value, draft.list))],
  ['p', readPermissions],
  ['k', readKey],
]);

const OPERATION = { a: 'Append', A: 'Add', d: 'Delete' } as const;

function readOperation(draft: Draft, value: string, option: 'a' | 'A' | 'd'): Verdict {
  if (option !== 'd' && draft.namesSyscalls && value.includes('task')) {
    const prefix = option === 'A' ? 'Error: syscall' : 'Syscall';
    return refused(`${prefix} auditing requested for task list`);
  }
  if (++draft.operations > 1) {
    return refused('Multiple rule insert/delete operations are not allowed');
  }
  const read = placeOf(value);
  if (read === undefined) return refused(`${OPERATION[option]} rule - bad keyword ${value}`);
  if (read === 'deprecated') return leave(draft, { name: 'other', option: `-${option}` });
  draft.action = read.action;
  if (option === 'd') draft.remove = read.list;
  else draft.append = { list: read.list, prepend: option === 'A' };
  draft.sends = true;
  return next;
}

/** `list,action` in either order; only after its list is `possible` still a word. */
export function placeOf(
  value: string,
): { readonly list: List; readonly action: Action } | 'deprecated' | undefined {
  const known = PLACED.get(value);
  if (known !== undefined) return known;
  const [list, action, ...more] = value.split(',');
  const isDeprecated = action === 'possible' && LISTS.some((one) => one === list);
  return isDeprecated && more.length === 0 ? 'deprecated' : undefined;
}

const PLACED = new Map(
  LISTS.flatMap((list) =>
    ACTIONS.flatMap((action) =>
      [`${list},${action}`, `${action},${list}`].map((text) => [text, { list, action }] as const),
    ),
  ),
);

function readWatch(draft: Draft, path: string): Verdict {
  if (draft.list !== undefined) return refused("watch option can't be given with a syscall");
  draft.append = { list: 'exit', prepend: false };
  return addWatch(draft, path);
}

function readUnwatch(draft: Draft, path: string): Verdict {
  draft.remove = 'exit';
  draft.removesWatch = true;
  return addWatch(draft, path);
}

/** Source: check_path and audit_setup_watch_name. */
function addWatch(draft: Draft, path: string): Verdict {
  if (isLonger(path, PATH_BYTES - 1)) return refused('The path passed for the watch is too big');
  if (!path.startsWith('/')) return refused("The path must start with '/'");
  const trimmed = path.length > 2 && path.endsWith('/') ? path.replace(/(?<=.)\/+$/s, '') : path;
  const base = trimmed.slice(trimmed.lastIndexOf('/') + 1);
  if (isLonger(base, 255)) return refused('The base name of the path is too big');
  draft.watch(trimmed);
  return next;
}

const WITHOUT_SYSCALLS: ReadonlyMap<List, string> = new Map([
  ['task', 'Error: syscall auditing being added to task list'],
  ['user', 'Error: syscall auditing being added to user list'],
  ['filesystem', 'Error: syscall auditing being added to filesystem list'],
  ['exclude', 'Error: syscall auditing cannot be put on exclude list'],
]);

function readSyscalls(draft: Draft, value: string): Verdict {
  const reason = draft.list === undefined ? undefined : WITHOUT_SYSCALLS.get(draft.list);
  if (reason !== undefined) return refused(reason);
  draft.addSyscalls(namesIn(value));
  return next;
}

/** The names of a `-S`; one list for all rules that name the same. */
export function namesIn(value: string): readonly string[] {
  return remembered(SYSCALLS, value, readNames);
}

const SYSCALLS = new Map<string, readonly string[]>();

function readNames(value: string): readonly string[] {
  const names = value.split(',').filter((name) => name !== '');
  return names.length === 0 ? [value] : names;
}

function readPair(draft: Draft, value: string): Verdict {
  const { scanner } = draft;
  if (draft.list === undefined) {
    // auditctl lets a field pass here, judged by no list; then it leaves.
    const trims = value.includes('arch=') && scanner.word(scanner.position) === '-t';
    return trims
      ? draft.addField(value, readField(value, 'task'))
      : refused('List must be given before field');
  }
  if (value.startsWith('key=')) return draft.addKey(value.slice('key='.length));
  return draft.addField(value, readField(value, draft.list));
}

function readPermissions(draft: Draft, value: string): Verdict {
  if (draft.list === undefined) return refused('permission option needs a watch given prior to it');
  if (isLonger(value, 4)) return refused(`permission ${value} is too long`);
  const read = permissionsOf(value);
  if ('bad' in read) return refused(`Permission ${read.bad} isn't supported`);
  return draft.setPermissions(read.value);
}

function readKey(draft: Draft, value: string): Verdict {
  if (!draft.takesKey || draft.list === undefined) {
    return refused('key option needs a watch or syscall given prior to it');
  }
  return draft.addKey(value);
}
