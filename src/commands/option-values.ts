/** What an option was given, checked against its row; what is mistyped is told with the nearest word. */

import { UsageFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { OPTIONS, type OptionRow } from './option-rows.ts';

/** @param raw as it was typed */
export function unknownOption(raw: string): UsageFailure {
  const like = nearest(
    raw.replace(/^-+/, ''),
    OPTIONS.map(({ name }) => name),
  );
  return new UsageFailure(
    `unknown option '${raw}'`,
    like === undefined ? "'dockaudit --help' lists them all" : `did you mean --${like}?`,
  );
}

/** @throws UsageFailure if the row takes no such value */
export function valueOf(row: OptionRow, value: string | undefined): string | true {
  if (row.type === 'boolean') {
    if (value === undefined) return true;
    throw new UsageFailure(`--${row.name} takes no value`, `write --${row.name} alone`);
  }
  // `--root --yes`: the next option was taken for the value.
  if (value === undefined || value === '' || value.startsWith('--'))
    throw new UsageFailure(
      `--${row.name} needs a value`,
      `write --${row.name} ${row.value ?? 'VALUE'}`,
    );
  if (row.oneOf && !row.oneOf.includes(value)) {
    const like = nearest(value, row.oneOf);
    throw new UsageFailure(
      `--${row.name} cannot be '${value}'`,
      like === undefined ? `it is one of ${row.oneOf.join(', ')}` : `did you mean ${like}?`,
    );
  }
  return value;
}
