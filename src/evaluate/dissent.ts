/**
 * Why the benchmark's own command and our verdict differ, and why ours is the one to trust: it
 * compares text, and text hides what docs/verdicts.md tells. One clause, which names the cause.
 */

import type { Facts, FoundPlace } from '../discover/facts.ts';
import { isWithin } from '../paths.ts';
import type { Finding, Standing } from './finding.ts';
import { lacksOf } from './lack-words.ts';
import { strayFind } from './stray-find.ts';
import { pathTexts, subjectOf } from './subject.ts';

/** What has been judged of a finding when its dissent is looked for. */
export type Judged = Pick<
  Finding,
  'section' | 'verdict' | 'assessment' | 'procedure' | 'running' | 'persistent' | 'targets'
>;

/** Undefined where both say the same, or where the command was not followed. */
export function dissentOf(judged: Judged, facts: Facts): string | undefined {
  const { procedure, assessment, verdict, section } = judged;
  if (!procedure || procedure.verdict.toLowerCase() === assessment) return undefined;
  if (verdict === 'notApplicable') return nothingThere(facts.places.get(section.control.slug));
  if (verdict === 'error') return unanswered(procedure.verdict);
  switch (procedure.verdict) {
    case 'pass':
      return whyTooMild(judged, facts);
    case 'fail':
      return whyTooStrict(judged, facts);
    case 'notApplicable':
      return 'the command finds no such unit, and the place is to be watched before it exists';
    default:
      return procedure.verdict satisfies never;
  }
}

function nothingThere(place: FoundPlace | undefined): string {
  const why = place?.kind === 'notApplicable' ? `: ${place.reason}` : '';
  return `the command looks for a text, and there is nothing here that a rule could watch${why}`;
}

function unanswered(book: 'pass' | 'fail' | 'notApplicable'): string {
  return book === 'fail'
    ? 'the command takes a question that nobody answered for an empty list of rules'
    : 'a text in a list says nothing while the state of the kernel cannot be read';
}

/** It passes what is no pass. */
function whyTooMild(judged: Judged, facts: Facts): string {
  const { running } = judged;
  switch (running.kind) {
    case 'suppressed':
      return silenced(running, judged);
    case 'partial':
      return `the rule that it finds records a part only: ${lacksOf(running)}`;
    case 'covered':
      return whyNotLasting(judged, facts);
    case 'absent':
    case 'unknown':
      return strayFind(judged, facts);
    default:
      return running satisfies never;
  }
}

function silenced(
  { by, reason }: Extract<Standing, { readonly kind: 'suppressed' }>,
  { procedure }: Judged,
): string {
  if (by === undefined) return `the rule that it finds records nothing, for ${reason}`;
  const found = procedure?.output.split('\n') ?? [];
  if (found.some((line) => line !== by.text))
    return `'${by.text.trim()}' silences the rule that it finds`;
  return by.text.startsWith('-w ')
    ? 'the rule that it finds is a never rule, and a listing shows it like a watch'
    : 'the rule that it finds says never, and keeps records away';
}

/** The kernel holds it; the files, or who takes the events, decide. */
function whyNotLasting({ persistent }: Judged, { consumer }: Facts): string {
  switch (persistent.kind) {
    case 'covered':
      return consumer.kind === 'none'
        ? 'the command looks at rules alone, and no daemon takes their events'
        : 'the command looks at rules alone, and nothing of their events is kept';
    case 'partial':
      return `the command asks the kernel alone, and the files do not keep it so: ${lacksOf(persistent)}`;
    case 'suppressed':
      return 'the command asks the kernel alone, and after the next load the rule is silenced';
    case 'absent':
    case 'unknown':
      return 'the command asks the kernel alone, and no file that is loaded holds the rule: the next load drops it';
    default:
      return persistent satisfies never;
  }
}

/** It fails what is watched. */
function whyTooStrict({ section, running, persistent, targets }: Judged, facts: Facts): string {
  const { literalPath, place } = section.control;
  const required = targets.filter((target) => target.required).map(({ path }) => path);
  if (!required.includes(literalPath) && place.kind !== 'unit')
    return `the command looks for ${literalPath}, and ${subjectOf(place)} is ${required.join(' and ')} here`;
  const standing = running.kind === 'covered' ? running : persistent;
  const texts = standing.kind === 'covered' ? standing.by.flatMap(pathTexts) : [];
  const above = texts.find((text) => {
    const directory = facts.world.paths.get(text)?.place;
    return directory && required.some((path) => path !== directory && isWithin(path, directory));
  });
  if (above !== undefined)
    return `the command does not see that the rule for ${above} watches all below it`;
  const [other] = texts;
  return other === undefined
    ? 'the command looks for a path, and a rule without one watches every file'
    : `the command looks for one spelling, and the rule calls the same file ${other}`;
}
