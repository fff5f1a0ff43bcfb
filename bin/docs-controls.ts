/** docs/controls.md: every control once, its number in every benchmark, and what that rests on. */

import { DEFAULT_BENCHMARK } from '../src/commands/options.ts';
import { BUILT_IN } from '../src/controls/builtin.ts';
import { catalogueOf, type CatalogueEntry } from '../src/controls/catalogue.ts';
import type { Benchmark } from '../src/controls/control.ts';
import { levelsText, numbersText, outsideText } from '../src/report/numbers.ts';
import { placeWords } from '../src/report/place.ts';
import { code, NOTE, table } from './markdown.ts';

/** The page, not yet formatted. */
export function controlsPage(): string {
  const { entries, benchmarks } = catalogueOf(BUILT_IN, DEFAULT_BENCHMARK);
  return [
    NOTE,
    '# Controls',
    '',
    'What dockaudit judges, in our own words. The substance of a control lies in [templates/controls](../templates/controls), its number in one version of the book in [templates/benchmarks](../templates/benchmarks); [your own](templates.md) may stand beside them. `dockaudit controls` prints this list, `dockaudit explain CONTROL` adds how a host stands.',
    '',
    '## Numbers',
    '',
    `Each cell is a number and its level. An asterisk: nobody saw number or level in that version of the book; [below](#what-the-numbers-rest-on) stands what they were concluded from.`,
    '',
    ...table(
      ['control', ...benchmarks.map(({ title }) => title.replace(/^CIS Docker /, ''))],
      entries.map(({ control, numbers }) => [
        `[${control.slug}](#${control.slug})`,
        ...benchmarks.map(({ id }) => numberCell(numbers, id)),
      ]),
    ),
    '',
    '`dockaudit check` judges docker-daemon and docker-socket of CIS Docker 1.2.0; `--benchmark ID`, `--all`, `--level 1|2` and `--control` choose others.',
    '',
    '## What the numbers rest on',
    '',
    ...benchmarks.flatMap(evidence),
    '',
    ...entries.flatMap(controlPart),
  ].join('\n');
}

function numberCell(numbers: CatalogueEntry['numbers'], id: string): string {
  const own = numbers.find(({ benchmark }) => benchmark === id);
  return own === undefined ? '–' : `${own.number} (${own.level})${own.unverified ? '\\*' : ''}`;
}

/** What a benchmark was compared with, and each conclusion once with its numbers. */
function evidence({ title, verified, sections }: Benchmark): readonly string[] {
  const open = sections.flatMap(({ number, unverified }) =>
    unverified === undefined ? [] : [{ number, unverified }],
  );
  const groups = Map.groupBy(open, ({ unverified }) => unverified);
  return [
    `- **${title}.** ${verified ?? ''}`,
    ...[...groups].map(
      ([why, members]) => `  - ${members.map(({ number }) => number).join(', ')}: ${why}`,
    ),
  ];
}

function controlPart({ control, numbers }: CatalogueEntry): readonly string[] {
  const { procedure, safeguards, place, recursive } = control;
  const below = recursive ? ', and all below it' : '';
  return [
    `## ${control.slug}`,
    '',
    `**${control.title}.** ${control.description}`,
    '',
    ...table(
      ['', ''],
      [
        ['numbers', numbersText(numbers).replaceAll('*', '\\*')],
        ['level', levelsText(numbers).replaceAll('*', '\\*')],
        ['place', `${placeWords(place, code)}${below}`],
        ["the book's path", code(control.literalPath)],
        ['required permissions', code(control.required.join(''))],
        ['recommended permissions', code(control.recommended.join(''))],
      ],
    ),
    '',
    `**Why.** ${control.rationale}`,
    '',
    `**Impact.** ${control.impact}`,
    '',
    `**Default.** ${control.defaultValue}`,
    '',
    `**Procedure.** ${procedure.description}`,
    '',
    '```sh',
    ...(procedure.locate === undefined ? [] : [procedure.locate]),
    procedure.text,
    '```',
    '',
    `**Remediation.** ${control.remediation}`,
    '',
    '**References.**',
    '',
    ...control.references.map((one) => `- ${one.startsWith('https:') ? `<${one}>` : one}`),
    ...safeguards.map(
      (one) => `- CIS Controls ${one.version}, ${one.number}: ${one.title}. ${one.summary}`,
    ),
    '',
    '**In other scanners.**',
    '',
    ...control.outside.map((one) => `- ${outsideText(one)}`),
    '',
  ];
}
