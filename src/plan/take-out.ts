/** Takes lines of ours out of their files and, on paper, out of the kernel. Pure. */

import { listRule } from '../audit/listing.ts';
import type { Rule, Statement } from '../audit/rule.ts';
import type { Facts, RulesFile } from '../discover/facts.ts';
import { originKey } from '../evaluate/statements.ts';
import { encode } from '../text.ts';
import type { OwnLine } from './ours.ts';
import { withEdit } from './paper.ts';
import type { Edit, Withdrawn } from './plan.ts';

/** A line that goes, and why. */
export interface Going {
  readonly own: OwnLine;
  readonly reason: string;
}

export interface TakenOut {
  readonly edits: readonly Edit[];
  /** With the edits made, on paper; the kernel is as it is. */
  readonly facts: Facts;
  readonly withdrawn: readonly Withdrawn[];
}

/**
 * A comment of ours goes with the last of our lines below it.
 * @param tidy what else is to change in a file; undefined where nothing is left of it
 */
export function takeOut(
  facts: Facts,
  going: readonly Going[],
  now: Date,
  tidy: (text: string, file: RulesFile) => string | undefined = (text) => text,
  own: readonly OwnLine[] = going.map((one) => one.own),
): TakenOut {
  const edits = facts.persistent.files.flatMap((file): readonly Edit[] => {
    const here = going.filter((one) => one.own.file === file.path).map((one) => one.own);
    const stay = own.filter((one) => one.file === file.path && !here.includes(one));
    const rest = tidy(withoutLines(file.text, here, stay), file);
    if (rest === file.text) return [];
    const after =
      rest === undefined ? undefined : { ...file.image, bytes: encode(rest), mtime: now };
    return [{ path: file.path, before: file.image, after, satisfies: [] }];
  });
  return {
    edits,
    facts: edits.reduce(withEdit, facts),
    withdrawn: going.map((one) => withdrawnOf(one, facts)),
  };
}

function withoutLines(text: string, here: readonly OwnLine[], stay: readonly OwnLine[]): string {
  const kept = new Set(stay.map(({ comment }) => comment?.line));
  const gone = new Set(
    here.flatMap(({ line, comment }) =>
      comment && !kept.has(comment.line) ? [line, comment.line] : [line],
    ),
  );
  if (gone.size === 0) return text;
  return text
    .split('\n')
    .filter((_, at) => !gone.has(at + 1))
    .join('\n');
}

/** With its place in the kernel: of two that list alike the kernel's order is that of the files. */
function withdrawnOf({ own, reason }: Going, facts: Facts): Withdrawn {
  const { persistent, running, world } = facts;
  const origin = { kind: 'file', file: own.file, line: own.line } as const;
  const isOwn = (one: Statement['origin']): boolean => originKey(one) === originKey(origin);
  const loaded = persistent.loaded.state.table;
  const mine = loaded.find((one) => isOwn(one.origin));
  const written = persistent.statements.find((one) => isOwn(one.origin));
  const rule = mine?.rule ?? (written?.kind === 'rule' ? written.rule : NO_RULE);
  const line = { file: own.file, line: own.line };
  if (!mine || running.kind !== 'known') return { rule, text: own.text, reason, line };
  const listed = listRule(mine.rule, world);
  const alike = loaded.filter((one) => listRule(one.rule, world) === listed);
  const nth = alike.indexOf(mine);
  const index = running.statements.filter(({ text }) => text === listed).map(indexOf)[nth];
  return { rule, text: own.text, reason, line, ...(index === undefined ? {} : { index }) };
}

/** Of a line that is no rule, and so in no kernel. */
const NO_RULE: Rule = { list: 'exit', action: 'always', syscalls: 'all', fields: [], keys: [] };

/** The place in the listing, from 1. */
export function indexOf({ origin }: Statement): number | undefined {
  return origin.kind === 'kernel' ? origin.index : undefined;
}
