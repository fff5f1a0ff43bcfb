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
  const lines = grep(control.procedure.grep, listing.split('\n'));
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

/** The lines that `grep PATTERN` prints: a basic regular expression, where a dot is any character. */
export function grep(pattern: string, lines: readonly string[]): readonly string[] {
  const wanted = patternOf(pattern);
  return wanted === undefined ? [] : lines.filter((line) => wanted.test(line));
}

/** Undefined where `grep` would refuse the pattern. Source: grep(1), basic regular expressions. */
export function patternOf(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern.replace(/[+?(){}|]/g, '\\$&'));
  } catch {
    return undefined;
  }
}
