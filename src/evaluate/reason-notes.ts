/** What is added to a reason where the listing, or the generated file, does not tell all. */

import type { Facts } from '../discover/facts.ts';
import type { Standing } from './finding.ts';
import { isUnsure, staleSources } from './provenance.ts';

/** Of a rule that only a listing tells of, the action is not known. */
export function unsureNote(running: Standing): string {
  const unsure = running.kind === 'covered' && running.by.some(isUnsure);
  return unsure
    ? '; no listing tells such a watch from a never rule, so it may record nothing'
    : '';
}

/** augenrules was not run since the sources were edited. */
export function staleNote(facts: Facts): string {
  const { generated } = facts.persistent;
  return generated && staleSources(facts)
    ? `: augenrules has not brought it into ${generated.path} yet`
    : ': it was not loaded since it was written, or the kernel dropped it with its directory';
}

/** A hand-edited generated file is the trap that the benchmark's own remediation sets. */
export function erasedNote(facts: Facts): string {
  const generated = facts.persistent.generated;
  return generated && generated.erased.length > 0
    ? `; what ${generated.path} holds beside its sources is erased by the next load`
    : '';
}
