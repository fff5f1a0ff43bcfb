/** What the rules caught, a sentence for each, the newest last. */

import type { Occurrence, Story } from '../evaluate/caught.ts';
import type { Style } from '../terminal/terminal.ts';
import { counted } from '../text.ts';
import { actWords } from './act-words.ts';
import { announcementWords } from './announcement-words.ts';
import { listed, paint, wrap } from './layout.ts';
import { nameWords } from './name-words.ts';
import type { EventsReport } from './report.ts';
import { whoWords } from './who.ts';

/** The report of `events`. */
export function describeEvents(report: EventsReport, style: Style): string {
  const { occurrences, users, notes } = report;
  return [
    ...occurrences.map((one) => describeOccurrence(one, users, style)),
    ...(occurrences.length === 0 ? [] : ['']),
    ...notes.map((note) => wrap(note, style, 'note: ', '  ')),
    wrap(summary(report), style),
  ].join('\n');
}

function describeOccurrence(one: Occurrence, users: EventsReport['users'], style: Style): string {
  const { story, count, first, last, node } = one;
  const numbers = story.kind === 'act' ? story.sections : [];
  const span =
    stamp(first) === stamp(last) ? '' : ` between ${stamp(first)} and ${stamp(last)} UTC`;
  const repeats = count === 1 ? '' : `: ${count} times${span}`;
  const host = node === undefined ? '' : `on ${node} `;
  const begin = `${paint(style, 'dim', `${stamp(last)} UTC`)}  `;
  const section = numbers.length === 0 ? '' : ` (${listed(numbers)})`;
  return wrap(`${host}${sentence(story, users)}${section}${repeats}`, style, begin, '    ');
}

/** Who did what, with which program. */
export function sentence(story: Story, users: EventsReport['users']): string {
  if (story.kind === 'announcement') {
    const { announcement } = story;
    const { actor } = announcement;
    return announcementWords(announcement, whoWords(actor, users), withProgram(actor.program));
  }
  const { act, actor } = story;
  // A process that executed something is that program now.
  const isItself = act.kind === 'executed' && act.error === undefined;
  const program = isItself ? undefined : (actor.program ?? actor.command);
  return `${whoWords(actor, users)} ${actWords(act)}${withProgram(program)}`;
}

function withProgram(program: string | undefined): string {
  return program === undefined ? '' : `, with ${nameWords(program)}`;
}

function summary({ occurrences, since, log, controls }: EventsReport): string {
  const total = occurrences.reduce((sum, { count }) => sum + count, 0);
  const of = controls === undefined ? '' : ` of ${listed(controls)}`;
  const from = `since ${stamp(new Date(since))} UTC`;
  const older = log.files.filter((path) => path !== log.logFile).length;
  const source = `${log.logFile}${older === 0 ? '' : ` and ${counted(older, 'older file')}`}`;
  return total === 0
    ? `Nothing${of} was recorded ${from} in ${source}.`
    : `${counted(total, 'event')}${of} ${from}, by ${source}.`;
}

/** Day and time of day, in UTC. */
function stamp(time: Date): string {
  return time.toISOString().slice(0, 19).replace('T', ' ');
}
