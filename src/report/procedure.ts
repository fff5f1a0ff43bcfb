/** The benchmark's own command beside our verdict: where they differ, and how often they agree. */

import type { Finding } from '../evaluate/finding.ts';
import { listed } from './layout.ts';
import { VERDICTS } from './words.ts';

/** Where they differ, who is right and why: one sentence. */
export function dissentSentence({ procedure, verdict, dissent }: Finding): string | undefined {
  if (procedure === undefined || dissent === undefined) return undefined;
  return (
    `its own command says ${VERDICTS[procedure.verdict].word}, by text; ` +
    `our ${VERDICTS[verdict].word} is the one to trust: ${dissent}`
  );
}

/** Whether our verdict passes and the book's command fails: the same host, by meaning and by text. */
export function passesByMeaningOnly({ verdict, procedure }: Finding): boolean {
  return verdict === 'pass' && procedure?.verdict === 'fail';
}

export interface BookTally {
  /** Controls that pass by meaning. */
  readonly pass: number;
  /** Those of them that the book's command passes, too; undefined where it was not followed. */
  readonly alsoByCommand: number | undefined;
}

/** How often both agree that a control is met. */
export function tallyByBook(findings: readonly Finding[]): BookTally {
  const passing = findings.filter(({ verdict }) => verdict === 'pass');
  const isFollowed = findings.some(({ procedure }) => procedure !== undefined);
  const also = passing.filter(({ procedure }) => procedure?.verdict === 'pass').length;
  return { pass: passing.length, alsoByCommand: isFollowed ? also : undefined };
}

/** Said in every report. @param isDemanded `--procedure`: what passes by meaning only is not enough */
export function tallyText(findings: readonly Finding[], isDemanded = false): string {
  const { pass, alsoByCommand } = tallyByBook(findings);
  if (alsoByCommand === undefined)
    return `${pass} pass by meaning; the book's command was not followed here`;
  const tally = `${pass} pass by meaning, ${alsoByCommand} of them also by the book's command`;
  const short = findings.filter(passesByMeaningOnly).map(({ section }) => section.number);
  return isDemanded && short.length > 0
    ? `${tally}; --procedure asks for both, and ${listed(short)} lack${short.length === 1 ? 's' : ''} the second`
    : tally;
}
