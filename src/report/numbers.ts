/** What benchmarks and other scanners call a control, in words. */

import type { OtherNumber, OutsideId } from '../controls/control.ts';

type Numbered = Pick<OtherNumber, 'title' | 'number' | 'unverified'>;
type Leveled = Pick<OtherNumber, 'title' | 'level' | 'unverified'>;

/**
 * `1.2.3 in CIS Docker 1.2.0; 1.1.3 in CIS Docker 1.3.1, 1.4.0*`: each number once, the words that
 * all titles begin with once, an asterisk where nobody saw number or level in the source.
 */
export function numbersText(numbers: readonly Numbered[]): string {
  return grouped(numbers, ({ number }) => number);
}

/** `1`, or `2 in CIS Docker 1.2.0, 1.3.1*; 1 in CIS Docker 1.6.0` where benchmarks differ. */
export function levelsText(numbers: readonly Leveled[]): string {
  const levels = new Set(numbers.map(({ level }) => level));
  return levels.size < 2 ? [...levels].join() : grouped(numbers, ({ level }) => String(level));
}

function grouped<T extends Pick<OtherNumber, 'title' | 'unverified'>>(
  entries: readonly T[],
  by: (entry: T) => string,
): string {
  return [...Map.groupBy(entries, by)]
    .map(([name, same]) => `${name} in ${titles(same).join(', ')}`)
    .join('; ');
}

function titles(entries: readonly Pick<OtherNumber, 'title' | 'unverified'>[]): readonly string[] {
  let book = '';
  return entries.map(({ title, unverified }) => {
    const [, name = '', version = title] = /^(.* )?([\d.]+)$/.exec(title) ?? [];
    const isSame = name !== '' && name === book;
    book = name;
    return `${isSame ? version : title}${unverified ? '*' : ''}`;
  });
}

/** `docker-bench-security 1.6.0: check_1_1_3 (what it asks for otherwise)`. */
export function outsideText({ scanner, version, id, note }: OutsideId): string {
  return `${scanner} ${version}: ${id}${note === undefined ? '' : ` (${note})`}`;
}
