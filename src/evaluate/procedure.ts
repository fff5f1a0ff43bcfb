/** What the benchmark's own command would print here: text, shown beside our judgement. */

import type { Control } from '../controls/control.ts';
import type { Facts } from '../discover/facts.ts';
import type { ProcedureResult } from './finding.ts';

/** Undefined where the kernel was not asked. The book's `grep` reads a regular expression. */
export function followProcedure(control: Control, facts: Facts): ProcedureResult | undefined {
  const { listing } = facts;
  if (!listing) return undefined;
  const command = control.procedure.text;
  const place = facts.places.get(control.slug);
  if (control.place.kind === 'unit' && place?.kind !== 'found')
    return { command, output: '', exit: 0, verdict: 'notApplicable' };
  const wanted = new RegExp(control.procedure.grep);
  const lines = listing.stdout.split('\n').filter((line) => wanted.test(line));
  return {
    command,
    output: lines.join('\n'),
    exit: lines.length > 0 ? 0 : 1,
    verdict: lines.length > 0 ? 'pass' : 'fail',
  };
}
