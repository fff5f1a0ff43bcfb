/** Conditions of a rule in words. Source: auditctl(8), audit 3.0.9 to 4.2.1. */

import { conditionsOf } from '../../audit/match.ts';
import type { Field, Operator, Rule } from '../../audit/rule.ts';

/** Each condition of `rule` as a clause that follows "only if". */
export function conditionWords(rule: Rule): readonly string[] {
  return conditionsOf(rule).map(words);
}

const SUBJECTS: Readonly<Record<string, string>> = {
  auid: 'the user who logged in (auid)',
  uid: 'the real user (uid)',
  euid: 'the effective user (euid)',
  suid: 'the saved user (suid)',
  fsuid: 'the file system user (fsuid)',
  gid: 'the real group (gid)',
  egid: 'the effective group (egid)',
  sgid: 'the saved group (sgid)',
  fsgid: 'the file system group (fsgid)',
  obj_uid: 'the owner of the file (obj_uid)',
  obj_gid: 'the group of the file (obj_gid)',
  pid: 'the process (pid)',
  ppid: 'the parent process (ppid)',
  exe: 'the program (exe)',
  exit: 'the result of the call (exit)',
  msgtype: 'the type of the record (msgtype)',
  filetype: 'the type of the file (filetype)',
  sessionid: 'the session (sessionid)',
  inode: 'the inode',
  devmajor: 'the major number of the device',
  devminor: 'the minor number of the device',
  fstype: 'the file system (fstype)',
  saddr_fam: 'the address family (saddr_fam)',
  pers: 'the personality of the process (pers)',
};

const OPERATORS: Readonly<Record<Operator, string>> = {
  '=': 'is',
  '!=': 'is not',
  '<': 'is below',
  '<=': 'is at most',
  '>': 'is above',
  '>=': 'is at least',
  '&': 'has a bit of',
  '&=': 'has all bits of',
};

function words(field: Field): string {
  if (field.kind === 'compare')
    return `${subject(field.left)} ${OPERATORS[field.operator]} ${subject(field.right)}`;
  const { name, operator, value } = field;
  if (name === 'success') {
    const succeeds = (value !== '0') === (operator === '=');
    return succeeds ? 'the call succeeds' : 'the call fails';
  }
  const isUnset = name === 'auid' && ['-1', 'unset', '4294967295'].includes(value);
  if (isUnset && operator === '=') return 'nobody logged in: it is a daemon (auid is unset)';
  if (isUnset && operator === '!=') return 'somebody logged in (auid is set)';
  return `${subject(name)} ${OPERATORS[operator]} ${value}`;
}

function subject(name: string): string {
  if (/^a[0-3]$/.test(name)) return `argument ${Number(name.slice(1)) + 1} of the call (${name})`;
  return SUBJECTS[name] ?? name;
}
