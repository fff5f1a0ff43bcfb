/** What happened to audit itself, in words. */

import type { Announcement } from '../audit/announcement.ts';
import { listed } from './layout.ts';
import { nameWords } from './name-words.ts';

type RuleChange = Extract<Announcement, { readonly kind: 'rule' }>;

/**
 * One sentence.
 * @param who such as `alice, as root,`
 * @param how such as `, with /usr/sbin/auditctl`
 */
export function announcementWords(announcement: Announcement, who: string, how: string): string {
  switch (announcement.kind) {
    case 'rule':
      return `${ruleWords(announcement, who)}${how}`;
    case 'setting': {
      const { name, from, to, isSuccess } = announcement;
      const before = from === undefined ? '' : ` from ${from}`;
      const after = `${before} to ${to ?? 'what no record tells'}`;
      if (!isSuccess) return `${who} failed to set ${name}${after}${how}`;
      const isOff = name === 'audit_enabled' && to === 0;
      return `${who} set ${name}${after}${how}${isOff ? ': from then on nothing is recorded' : ''}`;
    }
    case 'daemon':
      return daemonWords(announcement, who);
    default:
      return announcement satisfies never;
  }
}

function ruleWords({ change, keys, path, isSuccess }: RuleChange, who: string): string {
  const key =
    keys.length === 0
      ? 'without a key'
      : `with the key${keys.length > 1 ? 's' : ''} ${listed(keys.map(nameWords))}`;
  if (path !== undefined)
    return change === 'replaced'
      ? `the kernel's rule on ${nameWords(path)} ${key} went over to the new file, which ${who} put there`
      : `the kernel dropped its rule on ${nameWords(path)} ${key}: its directory was moved, removed or unmounted by ${who}`;
  const [done, tried] = {
    added: ['added', 'add'],
    removed: ['removed', 'remove'],
    replaced: ['changed', 'change'],
  }[change];
  return isSuccess ? `${who} ${done} a rule ${key}` : `${who} failed to ${tried} a rule ${key}`;
}

function daemonWords(
  { change, isSuccess }: Extract<Announcement, { readonly kind: 'daemon' }>,
  who: string,
): string {
  if (change === 'aborted') return 'auditd gave up';
  if (change === 'ended') return `auditd ended, by a signal of ${who}`;
  return isSuccess ? 'auditd started' : 'auditd failed to start';
}
