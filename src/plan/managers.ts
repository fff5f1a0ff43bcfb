/**
 * Who says, at the beginning of a rules file, that it is theirs to write: Ansible, Puppet, Chef, Salt,
 * cloud-init. Source: ansible_managed of linux-system-roles and juju4, head of simp and kemra102.
 */

import { parseLine } from '../audit/parse.ts';
import type { RulesFile } from '../discover/facts.ts';
import type { AbsolutePath } from '../paths.ts';

export interface Manager {
  readonly name: string;
  /** What of it would take away a file that it does not know; undefined if nothing would. */
  readonly purge?: string;
}

/** A file that belongs to a manager, and the line that says so. */
export interface Managed {
  readonly manager: Manager;
  readonly path: AbsolutePath;
  /** From 1. */
  readonly line: number;
  readonly text: string;
}

interface Known extends Manager {
  /** As others write it, for a regular expression. */
  readonly spelled: string;
  /** Marks of its own, on the line as it stands. */
  readonly marks?: RegExp;
}

const MANAGERS: readonly Known[] = [
  {
    name: 'Ansible',
    spelled: 'ansible',
    // The cron module's, and the fingerprint of a linux system role.
    marks: /^#Ansible: |^#\s*system_role:\w/,
    purge: 'a role that cleans rules.d (auditd_purge_rules of linux-system-roles)',
  },
  { name: 'Puppet', spelled: 'puppet', purge: 'a module that purges rules.d (purge => true)' },
  { name: 'Chef', spelled: 'chef', purge: 'a cookbook that deletes what it does not know' },
  { name: 'Salt', spelled: 'salt(?:stack)?', purge: 'a state that cleans rules.d (clean: True)' },
  { name: 'cloud-init', spelled: 'cloud[- ]init' },
];

const WRITTEN =
  '(?:auto-?)?(?:managed|maintained|controlled|deployed|generated|created|written|rendered|' +
  'installed|provisioned|configured|handled)';
/** Words within a sentence, such as a date. */
const BETWEEN = String.raw`(?:\s+[^\s;!?]*[^\s;!?.]){0,6}?`;
const BY = String.raw`\s+(?:by|with|via|using|from|through)\s+(?:[\w'-]+\s+){0,2}?[("'<[]?`;

const SENTENCES = MANAGERS.map((manager) => ({
  manager,
  says: new RegExp(
    String.raw`(?<![\w-])(?:${WRITTEN}${BETWEEN}${BY}${manager.spelled}|` +
      String.raw`${manager.spelled}[\s_:-]*managed)(?!\w)`,
    'gi',
  ),
}));

/** Nobody reads further for whose file it is. */
const MOST_LINES = 60;
const LONGEST_LINE = 500;

/** Whose file it is by its header: comments before the first rule, directives may stand between. */
export function managedBy({ path, text }: Pick<RulesFile, 'path' | 'text'>): Managed | undefined {
  const comments = headerOf(text, path);
  for (const [at, comment] of comments.entries()) {
    const above = comments[at - 1];
    // A sentence may be wrapped.
    const wrapped = above?.line === comment.line - 1 ? above.words : '';
    const manager =
      MANAGERS.find(({ marks }) => marks?.test(comment.raw)) ??
      SENTENCES.find(({ says }) => isSaid(says, wrapped, comment.words))?.manager;
    if (manager) return { manager, path, line: comment.line, text: shortened(comment.words) };
  }
  return undefined;
}

interface Comment {
  readonly line: number;
  readonly raw: string;
  /** Without its marks and frames, and without Puppet's own `HEADER:`. */
  readonly words: string;
}

function headerOf(text: string, path: AbsolutePath): readonly Comment[] {
  const comments: Comment[] = [];
  for (const [index, raw] of text.split(/\r?\n/, MOST_LINES).entries()) {
    const line = index + 1;
    if (/^\s*#/.test(raw)) comments.push({ line, raw, words: wordsOf(raw) });
    else {
      const { kind } = parseLine(raw, { kind: 'file', file: path, line });
      if (kind !== 'blank' && kind !== 'directive') break;
    }
  }
  return comments;
}

function wordsOf(comment: string): string {
  return comment.slice(0, LONGEST_LINE).replace(/^[\s#*=-]+(?:HEADER:\s*)?|[\s#*=-]+$/g, '');
}

/** Whether a sentence that ends in `words` says so, and not the opposite of it. */
function isSaid(says: RegExp, above: string, words: string): boolean {
  const text = `${above} ${words}`;
  return [...text.matchAll(says)].some(
    ({ 0: found, index }) =>
      index + found.length > above.length + 1 && !isDenied(text.slice(0, index)),
  );
}

function isDenied(before: string): boolean {
  return /(?:\b(?:not|never|no longer|formerly|non)\b|n't\b)[^.;:!?]*$/i.test(before);
}

function shortened(words: string): string {
  return words.length > 80 ? `${words.slice(0, 79)}…` : words;
}
