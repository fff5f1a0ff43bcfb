/**
 * Text of rules files and command lines as statements. Total: what auditctl refuses is a statement
 * too, with auditctl's words. Source: fileopt and setopt, src/auditctl.c of audit 3.0.9.
 */

import type { AbsolutePath } from '../paths.ts';
import { Draft, type Verdict } from './draft.ts';
import { escaped, readLines, wordsOf } from './lines.ts';
import { HANDLERS } from './handlers.ts';
import { OptionScanner } from './options.ts';
import { plainRule } from './plain-lines.ts';
import type { Origin, Statement } from './rule.ts';

/** Every line of a rules file, in order. */
export function parseRules(text: string, file: AbsolutePath): readonly Statement[] {
  return readLines(text).map(({ text: line, line: number }) =>
    parseLine(line, { kind: 'file', file, line: number }),
  );
}

/** One line of a rules file. */
export function parseLine(text: string, origin: Origin): Statement {
  const rule = plainRule(text);
  if (rule !== undefined)
    return { kind: 'rule', origin, text, rule, prepend: false, directives: [] };
  const words = wordsOf(text);
  if (words[0]?.startsWith('#') ?? true) return { kind: 'blank', origin, text };
  return read(words, origin, text);
}

/** The command line `auditctl ARG...`. */
export function parseArguments(args: readonly string[], origin: Origin): Statement {
  return read(args, origin, args.map(escaped).join(' '));
}

function read(words: readonly string[], origin: Origin, text: string): Statement {
  const scanner = new OptionScanner(words);
  const draft = new Draft(scanner, origin);
  const verdict = settle(readOptions(scanner, draft), scanner, draft);
  const { directives } = draft;
  const unsent = draft.unsent && { unsent: draft.unsent };
  if (verdict.kind === 'refused') {
    const done = directives.length === 0 ? {} : { directives };
    const { reason, crashes } = verdict;
    const fatal = crashes && { crashes, ...unsent };
    return { kind: 'unreadable', origin, text, reason, ...done, ...fatal };
  }
  if (verdict.kind !== 'next' || !draft.sends) {
    return { kind: 'directive', origin, text, directives, ...unsent };
  }
  const rule = draft.rule();
  if (draft.append !== undefined) {
    return { kind: 'rule', origin, text, rule, prepend: draft.append.prepend, directives };
  }
  const name = draft.removesWatch ? 'removeWatch' : 'deleteRule';
  return { kind: 'directive', origin, text, directives: [...directives, { name, rule }] };
}

function readOptions(scanner: OptionScanner, draft: Draft): Verdict {
  for (;;) {
    const found = scanner.next();
    if (found === undefined) return { kind: 'next' };
    const handle = found.kind === 'option' ? HANDLERS.get(found.name) : undefined;
    const verdict = found.kind === 'option' ? handle?.(draft, found.value) : undefined;
    if (verdict === undefined) return { kind: 'refused', reason: invalid(scanner, draft) };
    if (verdict.kind !== 'next') return verdict;
  }
}

function invalid(scanner: OptionScanner, { origin }: Draft): string {
  const word = scanner.position >= 2 ? (scanner.word(scanner.position - 1) ?? '') : ' ';
  const place = origin.kind === 'file' ? ` on line ${origin.line}` : '';
  return `Option ${word}${place} is invalid`;
}

/** What auditctl looks at once it has read all options, or has stopped reading. */
function settle(verdict: Verdict, scanner: OptionScanner, draft: Draft): Verdict {
  if (verdict.kind === 'refused' || verdict.kind === 'done') return verdict;
  if (scanner.position === 1) return { kind: 'refused', reason: NOTHING };
  if (scanner.position < draft.count) {
    return { kind: 'refused', reason: 'parameter passed without an option given' };
  }
  const reason = draft.refusedKeys();
  if (reason !== undefined) return { kind: 'refused', reason };
  if (verdict.kind === 'next' && !draft.sends && draft.namesSyscalls) {
    return { kind: 'refused', reason: 'Error - no list specified' };
  }
  return verdict;
}

/** auditctl itself says nothing more than this. */
const NOTHING = 'There was an error while processing parameters';
