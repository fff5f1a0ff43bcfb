/** From what was tried and what was found to a proof: of a place, of a control. */

import type { AuditEvent } from '../audit/records.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { AbsolutePath } from '../paths.ts';
import type { Attempt, PlaceProof, Proof, ProofOutcome } from './proof.ts';

/** What came of one event. */
export interface Result {
  readonly outcome: ProofOutcome;
  readonly reason: string;
  readonly attempt?: Attempt;
  readonly event?: AuditEvent;
}

/** The worst first. */
const ORDER: readonly ProofOutcome[] = ['notRecorded', 'notProvable', 'recorded'];

/** The worst of some; of equals the first. */
function worst<T extends { readonly outcome: ProofOutcome }>(some: readonly T[]): T | undefined {
  return some.toSorted((a, b) => ORDER.indexOf(a.outcome) - ORDER.indexOf(b.outcome))[0];
}

/** @param results of the place itself, then of what lies below it */
export function placeProof(path: AbsolutePath, results: readonly Result[]): PlaceProof {
  const { outcome, reason } = worst(results) ?? {
    outcome: 'notProvable',
    reason: 'nothing was done',
  };
  const [own] = results;
  const isBelow = own !== undefined && own.outcome !== outcome && outcome === 'notRecorded';
  return {
    path,
    outcome,
    reason: isBelow
      ? `the directory itself is recorded, and what lies below it is not: ${reason}`
      : reason,
    attempts: results.flatMap(({ attempt }) => attempt ?? []),
    records: results.flatMap(({ event }) => event?.records.map(({ text }) => text) ?? []),
  };
}

/** @param places of a control that applies: one at least */
export function controlProof(
  { section }: Pick<Finding, 'section'>,
  places: readonly PlaceProof[],
): Proof {
  const { number, control } = section;
  const least = worst(places);
  const outcome = least?.outcome ?? 'notProvable';
  const alike = places.filter((place) => place.outcome === outcome);
  const reason =
    places.length === 1
      ? (least?.reason ?? '')
      : outcome === 'recorded'
        ? `an event at each of its ${places.length} places was recorded`
        : alike.map(({ path, reason: why }) => `${path}: ${why}`).join('; ');
  return { control: number, slug: control.slug, outcome, reason, places };
}
