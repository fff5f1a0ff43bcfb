/**
 * The proof: a harmless event at each place of each control, and its records in the log. It catches
 * what no listing shows, and it never undoes anything. Source: docs/proof.md.
 */

import type { RuleIndex } from '../audit/rule-index.ts';
import type { Facts } from '../discover/facts.ts';
import type { Finding } from '../evaluate/finding.ts';
import { openLedgers } from '../evaluate/ledgers.ts';
import type { EventMaker } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { attempt, childOf, type Place, type Tried, type Try } from './attempts.ts';
import { controlProof, placeProof, type Result } from './conclude.ts';
import { hindranceOf } from './hindrance.ts';
import { intentionAt } from './intention.ts';
import { openLogEnd } from './log-end.ts';
import type { PlaceProof, Proof } from './proof.ts';
import { weigh } from './weigh.ts';

export interface ProofOptions {
  /** Whether a mode may be set to what it is, where no reading is recorded. */
  readonly mayTouch: boolean;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/** What was seen of a host and how it was judged: a proof believes neither. */
export interface Judged {
  readonly facts: Facts;
  readonly findings: readonly Finding[];
}

/**
 * A proof for each finding that has a place here, in their order.
 * @throws HostFailure if the log cannot be read
 */
export async function prove(
  host: EventMaker,
  { facts, findings }: Judged,
  options: ProofOptions,
): Promise<readonly Proof[]> {
  const hindrance = await hindranceOf(host, facts);
  const index = openLedgers(facts).running;
  if (hindrance.kind === 'whole') return allAs(findings, hindrance.result);
  if (index === undefined) return notProvable(findings, 'the rules in force are not known');
  const log = await openLogEnd(host, facts.storage.logFile);
  const tried: Tried[] = [];
  for (const place of placesOf(findings))
    tried.push({ place, tries: await tryAt(host, place, index, options) });
  return concluded(findings, await weigh(host, log, { facts, hindrance, ...options }, tried));
}

/** A proof that could not be had at all. @param reason one sentence */
export function notProvable(findings: readonly Finding[], reason: string): readonly Proof[] {
  return allAs(findings, { outcome: 'notProvable', reason });
}

function allAs(findings: readonly Finding[], result: Result): readonly Proof[] {
  return concluded(findings, new Map(placesOf(findings).map((place) => [place, [result]])));
}

function placesOf(findings: readonly Finding[]): readonly Place[] {
  return findings.flatMap((finding) =>
    finding.targets.filter(({ required }) => required).map((target) => ({ finding, target })),
  );
}

/** At the place itself, and below it where all that lies there is asked for. */
async function tryAt(
  host: EventMaker,
  { finding, target }: Place,
  index: RuleIndex,
  options: ProofOptions,
): Promise<readonly Try[]> {
  const { path } = target;
  if (finding.running.kind === 'absent')
    return [
      finding.verdict === 'pending'
        ? left(path, 'notProvable', `not yet: ${finding.reason}`)
        : left(path, 'notRecorded', finding.reason),
    ];
  const entry = await host.look(path);
  const own = await attempt(host, intentionAt(path, entry, index, options));
  const goesOn = target.recursive && own.kind === 'done' && own.intention.deed === 'open';
  const child = goesOn && entry ? await childOf(host, path, entry) : undefined;
  if (child === undefined) return [own];
  const below = intentionAt(child.path, child.entry, index, options);
  // Below a place a mode is nobody's to set.
  return below.kind === 'touch' && below.deed === 'setMode'
    ? [own]
    : [own, await attempt(host, below)];
}

function left(path: AbsolutePath, outcome: 'notRecorded' | 'notProvable', reason: string): Try {
  return { kind: 'left', intention: { kind: 'leave', path, outcome, reason } };
}

function concluded(
  findings: readonly Finding[],
  results: ReadonlyMap<Place, readonly Result[]>,
): readonly Proof[] {
  return findings.flatMap((finding) => {
    const places: readonly PlaceProof[] = [...results].flatMap(([place, those]) =>
      place.finding === finding ? [placeProof(place.target.path, those)] : [],
    );
    return places.length === 0 ? [] : [controlProof(finding, places)];
  });
}
