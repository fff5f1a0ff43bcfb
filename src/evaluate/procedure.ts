/** What the benchmark's own command would print here: text, shown beside our judgement. */

import type { Control } from '../controls/control.ts';
import type { Facts } from '../discover/facts.ts';
import type { ProcedureResult } from './finding.ts';

/** Undefined where the kernel was not asked. */
export function followProcedure(control: Control, facts: Facts): ProcedureResult | undefined {
  const listing = listingOf(facts);
  if (listing === undefined) return undefined;
  const command = control.procedure.text;
  const place = facts.places.get(control.slug);
  // The book asks for all but the daemon only where it is applicable.
  if (control.place.kind !== 'daemon' && place?.kind !== 'found')
    return { command, output: '', exit: 0, verdict: 'notApplicable' };
  const lines = grep(control.procedure.grep, listing);
  return {
    command,
    output: lines.join('\n'),
    exit: lines.length > 0 ? 0 : 1,
    verdict: lines.length > 0 ? 'pass' : 'fail',
  };
}

/** A shell that finds no auditctl leaves `grep` nothing to read. */
function listingOf({ listing, kernel }: Facts): string | undefined {
  const isMissing = kernel.kind === 'unreachable' && kernel.cause === 'noAuditctl';
  return isMissing ? '' : listing?.stdout;
}

/** The lines of `text` that `grep PATTERN` prints: a basic regular expression, a dot is any character. */
export function grep(pattern: string, text: string): readonly string[] {
  const wanted = patternOf(pattern);
  if (wanted === undefined) return [];
  const lines: string[] = [];
  // Most controls find no line, or a few: a look at each would cost more than the look at all.
  const anywhere = new RegExp(wanted, 'gm');
  for (let found = anywhere.exec(text); found !== null; found = anywhere.exec(text)) {
    const start = text.lastIndexOf('\n', found.index - 1) + 1;
    const end = text.indexOf('\n', found.index);
    const line = text.slice(start, end < 0 ? text.length : end);
    // What is excluded in brackets may be a newline.
    if (wanted.test(line)) lines.push(line);
    if (end < 0) break;
    anywhere.lastIndex = end + 1;
  }
  return lines;
}

/** Undefined where `grep` would refuse the pattern. Source: grep(1), basic regular expressions. */
export function patternOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern.replace(/[+?(){}|]/g, '\\$&'));
  } catch {
    return undefined;
  }
}
