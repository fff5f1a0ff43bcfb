/**
 * From auditctl's words for a refused line to what a person did. Source: messages of auditctl
 * 2.8.5 to 4.2.1, measured.
 */

import { escaped, wordsOf } from '../../audit/lines.ts';
import type { Problem } from '../../audit/load.ts';
import type { Statement } from '../../audit/rule.ts';
import type { World } from '../../audit/world.ts';
import { absentPath } from './absent.ts';
import type { FlawKind } from './flaw.ts';

/** Why a line is refused, in the terms of what a person wrote. */
export interface Cause {
  readonly kind: FlawKind;
  /** What of the line is at fault. */
  readonly piece: string;
  readonly what: string;
  readonly mend?: string;
}

/** The cause that a person can see, before the words of auditctl. */
export function causeOf({ reason, statement }: Problem, world: World): Cause {
  return spellingCause(reason, statement.text) ?? meaningCause(reason, statement, world);
}

/** Characters that a person does not see, or takes for others. */
function spellingCause(reason: string, text: string): Cause | undefined {
  const said = `auditctl says '${reason}'`;
  if (text.startsWith('\ufeff'))
    return {
      kind: 'byteOrderMark',
      piece: '\ufeff',
      what: `the file begins with a byte order mark, which is no blank to auditctl: ${said}`,
      mend: 'save the file as UTF-8 without byte order mark',
    };
  if (text.includes('\t'))
    return {
      kind: 'tab',
      piece: '\t',
      what: `only spaces separate words, a tab is part of one: ${said}`,
      mend: 'write a space instead of the tab',
    };
  if (text.endsWith('\r'))
    return {
      kind: 'carriageReturn',
      piece: '\r',
      what: `the line ends with a carriage return (CRLF), which is part of its last word: ${said}`,
      mend: CRLF_MEND,
    };
  const dash = /(?:^| )([–—−]+[a-zA-Z])/.exec(text)?.[1];
  if (dash !== undefined)
    return {
      kind: 'dash',
      piece: dash,
      what: `'${dash}' begins with a typographic dash, so it is no option: ${said}`,
      mend: "write the plain '-' of the keyboard",
    };
  const comment = wordsOf(text)
    .slice(1)
    .find((word) => word.startsWith('#'));
  if (comment !== undefined && reason.startsWith('parameter passed'))
    return {
      kind: 'trailingComment',
      piece: ` ${escaped(comment)}`.trimStart(),
      what: `a comment cannot follow a rule: ${said}`,
      mend: 'put the comment on a line of its own, before the rule',
    };
  const quote = /["'“”‘’]/.exec(text)?.[0];
  const isQuoted = /must start|Invalid argument|parameter passed/.test(reason);
  if (quote !== undefined && isQuoted)
    return {
      kind: 'quotes',
      piece: quote,
      what: `quotes do not quote, they are part of the word: ${said}`,
      mend: 'leave the quotes out; a space within a path is written `\\ `',
    };
  return undefined;
}

/** How to make lines end as auditctl wants them. */
export const CRLF_MEND = "end the lines with LF alone: sed -i 's/\\r$//' FILE";

function meaningCause(reason: string, statement: Statement, world: World): Cause {
  const { text } = statement;
  const subject = /: ([^ ]+)$/.exec(reason)?.[1] ?? /^Option (.+?)(?: on|$)/.exec(reason)?.[1];
  const piece = subject ?? /bad keyword (.+)$/.exec(reason)?.[1] ?? '';
  if (reason.includes('(Rule exists)'))
    return { kind: 'duplicate', piece: '', what: 'to the kernel it is the same rule' };
  if (/^Unknown (user|group)/.test(reason))
    return {
      kind: 'unknownAccount',
      piece,
      what: `${reason}: it is not in ${reason.includes('group') ? '/etc/group' : '/etc/passwd'}`,
    };
  if (/^Syscall name unknown|perm filtering/.test(reason))
    return {
      kind: 'unknownSyscall',
      piece,
      what: `${reason} on this host (${world.machine}, audit ${world.version.join('.')})`,
    };
  if (isDeletedByPrepend(reason, statement))
    return {
      kind: 'prependDeletes',
      piece: '-A',
      what: `auditctl ${world.version.join('.')} deletes a rule where it should prepend one, and there is none`,
      mend: 'write `-a`, and put the line before the rules that it has to precede',
    };
  const absent = reason.includes('add rule data') ? absentPath(statement, world) : undefined;
  if (absent !== undefined && reason.endsWith('(No such file or directory)'))
    return {
      kind: 'missingPlace',
      piece: escaped(absent.path),
      what: `${absent.what}: auditctl says '${reason}'`,
    };
  return { kind: 'refused', piece: text.includes(piece) ? piece : '', what: reason };
}

function isDeletedByPrepend(reason: string, statement: Statement): boolean {
  return statement.kind === 'rule' && statement.prepend && reason.includes('delete rule data');
}
