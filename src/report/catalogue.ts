/** The list of all controls, as text: what `dockaudit controls` prints. */

import type { Catalogue, CatalogueEntry } from '../controls/catalogue.ts';
import type { Style } from '../terminal/terminal.ts';
import { heading, type Row, rows, wrap } from './layout.ts';
import { levelsText, numbersText, outsideText } from './numbers.ts';
import { placeWords } from './place.ts';

/** Every control with its numbers; those that `benchmark` lacks say so. */
export function describeCatalogue({ entries }: Catalogue, benchmark: string, style: Style): string {
  const isMarked = entries.some(({ numbers }) => numbers.some(({ unverified }) => unverified));
  return [
    ...entries.map((entry) => describeEntry(entry, benchmark, style)),
    ...(isMarked ? [wrap(UNVERIFIED, style)] : []),
  ].join('\n\n');
}

const UNVERIFIED =
  '* number or level was not seen in that version of the book: it was concluded from others. ' +
  "'dockaudit explain CONTROL --benchmark ID' says from which.";

function describeEntry(
  { control, numbers }: CatalogueEntry,
  benchmark: string,
  style: Style,
): string {
  const own = numbers.find((entry) => entry.benchmark === benchmark)?.number ?? '–';
  const entries: readonly Row[] = [
    ['what', control.title],
    ['place', `${placeWords(control.place)}${control.recursive ? ', and all below it' : ''}`],
    [
      'permissions',
      `${control.required.join('')} required, ${control.recommended.join('')} recommended`,
    ],
    ['numbers', numbers.length === 0 ? 'in no benchmark' : numbersText(numbers)],
    ['level', levelsText(numbers)],
    ...(control.outside.length === 0
      ? []
      : [['outside', ...control.outside.map(outsideText)] as const]),
  ];
  return `${heading(`${own}  ${control.slug}`, style)}\n${rows(entries, style)}`;
}
