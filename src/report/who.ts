/** Who did something, in words: by which login, acting as whom, with what program. */

import type { Actor } from '../audit/call.ts';

/** `alice`, `alice, as root,`, `root (no login)`. @param users names by number, as they are now */
export function whoWords(actor: Actor, users: ReadonlyMap<number, string>): string {
  const user = nameOf(actor.user, actor.userName, users);
  if (actor.login === undefined)
    return user === undefined ? 'somebody (no login)' : `${user} (no login)`;
  const login = nameOf(actor.login, actor.loginName, users) ?? '';
  return user === undefined || actor.login === actor.user ? login : `${login}, as ${user},`;
}

/** What auditd wrote when it happened, else what the host says now. */
export function nameOf(
  id: number | undefined,
  written: string | undefined,
  users: ReadonlyMap<number, string>,
): string | undefined {
  if (id === undefined) return undefined;
  const isName = written !== undefined && !/^(?:unset|unknown\(\d+\))$/.test(written);
  return isName ? written : (users.get(id) ?? `user ${id}`);
}
