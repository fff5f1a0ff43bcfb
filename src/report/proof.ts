/** The proof of each control: what came of an event at its places, and the records that show it. */

import type { Style } from '../terminal/terminal.ts';
import { printable } from '../text.ts';
import type { PlaceProof, Proof, ProofOutcome } from '../verify/proof.ts';
import { describeEvidence } from './evidence.ts';
import { describeHost } from './host.ts';
import { judgedLine } from './judged.ts';
import { heading, isNarrow, type Look, listed, paint, type Row, rows, wrap } from './layout.ts';
import type { Report } from './report.ts';

/** From worst to best. */
const OUTCOMES: Readonly<
  Record<ProofOutcome, { readonly word: string; readonly glyph: string; readonly look: Look }>
> = {
  notRecorded: { word: 'not recorded', glyph: '✘', look: 'red' },
  notProvable: { word: 'not provable', glyph: '–', look: 'dim' },
  recorded: { word: 'recorded', glyph: '✔', look: 'green' },
};

/** `1 not recorded and 2 recorded`, the worst first. */
export function proofTally(proofs: readonly Proof[]): string {
  const order: readonly ProofOutcome[] = ['notRecorded', 'notProvable', 'recorded'];
  const parts = order.flatMap((outcome) => {
    const count = proofs.filter((proof) => proof.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${OUTCOMES[outcome].word}`];
  });
  return parts.length === 0 ? 'nothing on this host to prove' : listed(parts);
}

/** The whole report of `prove`. */
export function describeProven(report: Report, style: Style): string {
  const judged = judgedLine(report.benchmark, report.findings, style);
  const { proofs = [] } = report;
  const evidence = report.evidence === undefined ? [] : [describeEvidence(report.evidence, style)];
  const proof = describeProofs(proofs, style);
  return [judged, describeHost(report, style), proof, ...evidence, judged].join('\n\n');
}

/** A heading that counts, and each control with its reason. */
export function describeProofs(proofs: readonly Proof[], style: Style): string {
  const width = Math.max(0, ...proofs.map(({ outcome }) => OUTCOMES[outcome].word.length));
  return [
    heading(`Proof: ${proofTally(proofs)}`, style),
    ...proofs.map((proof) => describeProof(proof, style, width)),
  ].join('\n');
}

function describeProof({ control, outcome, reason, places }: Proof, style: Style, width: number) {
  const { word, glyph, look } = OUTCOMES[outcome];
  const mark = paint(style, look, style.unicode ? `${glyph} ${word}` : word);
  const room = isNarrow(style) ? '' : ' '.repeat(width - word.length);
  const head = `${mark}${room}  ${paint(style, 'bold', control)}`;
  const [only] = places;
  if (places.length === 1 && only !== undefined)
    return [`${head}  ${printable(only.path)}`, wrap(reason, style, '  ')].join('\n');
  return [head, rows(places.map(placeRow), style)].join('\n');
}

function placeRow({ path, outcome, reason }: PlaceProof): Row {
  return [printable(path), `${OUTCOMES[outcome].word}: ${reason}`];
}
