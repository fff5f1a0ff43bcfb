/** Which lines go into which file. Existing lines are never touched, moved or repeated. */

import header from '../../templates/rules-file.header.txt';
import { parseLine } from '../audit/parse.ts';
import type { Facts, RulesFile } from '../discover/facts.ts';
import { join, nameOf, type AbsolutePath } from '../paths.ts';
import { encode } from '../text.ts';
import type { Line } from './lines.ts';
import type { Edit } from './plan.ts';

/** Sorts after all others, so that a failure of ours cuts nothing off. */
const DEFAULT_FILE = 'zz-docker.rules';

/** The one edit that brings `lines` into the file that this host's loader reads. */
export function editFor(
  lines: readonly Line[],
  facts: Facts,
  file: string | undefined,
  now: Date,
): Edit | undefined {
  const path = lines.length === 0 ? undefined : pathOfOurs(facts, file);
  if (path === undefined) return undefined;
  const present = facts.persistent.files.find((one) => one.path === path);
  const text =
    facts.mechanism.kind === 'rulesFile'
      ? beforeFinalEnable(present?.text ?? '', path, blockOf(lines))
      : appended(present?.text, blockOf(lines));
  const { mode, uid, gid } = present?.image ?? facts.shelf;
  return {
    path,
    before: present?.image,
    after: { bytes: encode(text), mode, uid, gid, mtime: now },
    satisfies: [...new Set(lines.map(({ control }) => control))],
  };
}

/** Edits of one file after each other, as one. */
export function onePerFile(edits: readonly Edit[]): readonly Edit[] {
  const byPath = new Map<AbsolutePath, Edit>();
  for (const edit of edits) {
    const first = byPath.get(edit.path);
    byPath.set(edit.path, {
      ...edit,
      before: first ? first.before : edit.before,
      satisfies: [...new Set([...(first?.satisfies ?? []), ...edit.satisfies])],
    });
  }
  return [...byPath.values()];
}

/** The file that we would write; one of ours that exists keeps its name. */
export function pathOfOurs(facts: Facts, file: string | undefined): AbsolutePath | undefined {
  const { mechanism, persistent } = facts;
  if (mechanism.kind === 'none') return undefined;
  if (mechanism.kind === 'rulesFile') return mechanism.file;
  const ours = persistent.files.find(isOurs)?.path;
  return file === undefined
    ? (ours ?? join(mechanism.rulesDirectory, DEFAULT_FILE))
    : join(mechanism.rulesDirectory, file);
}

/** Our header's first line is the mark by which we know a file of ours again. */
export function isOurs(file: RulesFile): boolean {
  return nameOf(file.path).endsWith('.rules') && file.text.includes(headerMark());
}

function headerMark(): string {
  return header.slice(0, header.indexOf('\n'));
}

/** The comment block on top of a file of ours. */
export const HEADER = header;

/** Whether nothing stands in a file of ours any more. @param made whether no mark is asked for */
export function isEmptyButForHeader(text: string, made: boolean): boolean {
  const lines = new Set([...header.split('\n'), '']);
  return (made || text.includes(headerMark())) && text.split('\n').every((line) => lines.has(line));
}

/** Each line below a comment that says which control wants it and why. */
function blockOf(lines: readonly Line[]): string {
  const groups = Map.groupBy(lines, ({ control, target }) => `${control}: ${target.why}`);
  return [...groups]
    .map(([why, group]) => `# ${why}\n${group.map(({ text }) => `${text}\n`).join('')}`)
    .join('');
}

/** A new file begins with an empty line: augenrules glues files together (docs/mechanisms.md). */
function appended(present: string | undefined, block: string): string {
  return present === undefined ? `\n${header}${block}` : `${withNewline(present)}${block}`;
}

/** Rules after `-e 2` would never load, so ours go before a final one and the comment above it. */
function beforeFinalEnable(present: string, path: AbsolutePath, block: string): string {
  const lines = withNewline(present).split(/(?<=\n)/);
  const kinds = lines.map((line, index) => kindOf(line, path, index + 1));
  const last = kinds.findLastIndex((kind) => kind !== 'other');
  if (kinds[last] !== 'enable') return [...lines, block].join('');
  let at = last;
  while (at > 0 && lines[at - 1]?.startsWith('#') && !isSilencedLine(lines, at - 1)) at--;
  return [...lines.slice(0, at), block, ...lines.slice(at)].join('');
}

/** Begins the comment above a line that was commented out. */
export const SILENCED_MARK = '# dockaudit: silenced';

/** A rule that was commented out is no comment on what follows it. */
function isSilencedLine(lines: readonly string[], at: number): boolean {
  return lines[at - 1]?.startsWith(SILENCED_MARK) === true;
}

/** What counts for the place of ours: a rule, a `-D`, or what may lock the table. */
function kindOf(line: string, file: AbsolutePath, number: number): 'enable' | 'rule' | 'other' {
  const origin = { kind: 'file', file, line: number } as const;
  const statement = parseLine(line.replace(/\n$/, ''), origin);
  if (statement.kind === 'rule' || statement.kind === 'unreadable') return 'rule';
  if (statement.kind !== 'directive') return 'other';
  const names = statement.directives.map(({ name }) => name);
  if (names.includes('enabled')) return 'enable';
  return names.some((name) => name.startsWith('delete')) ? 'rule' : 'other';
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
