/** How text is laid out: colour, wrapping, labelled rows. Every text of a host becomes printable here. */

import { stripVTControlCharacters, styleText } from 'node:util';

import type { Style } from '../terminal/terminal.ts';
import { printable } from '../text.ts';

export type Look = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta' | 'inverse';

/** A label and its text; more texts follow on lines of their own. */
export type Row = readonly [label: string, ...texts: readonly string[]];

/** Lines of prose longer than this are hard to read, however wide the screen is. */
const MEASURE = 100;
/** Below this there is no room for a column of labels. */
const NARROW = 50;

/** `text` in colour, where the style has colours. */
export function paint(style: Style, look: Look | readonly Look[], text: string): string {
  if (!style.colour || text === '') return text;
  return styleText(typeof look === 'string' ? look : [...look], text, { validateStream: false });
}

/** Columns that `text` takes on a screen, colours not counted. */
export function visibleWidth(text: string): number {
  return Array.from(stripVTControlCharacters(text)).length;
}

/** Whether labels stand above their texts instead of beside them. */
export function isNarrow(style: Style): boolean {
  return style.width < NARROW;
}

/**
 * `text` as lines of at most the style's width, broken at spaces only: a path stays whole.
 * @param first what the first line begins with
 * @param rest what each further line begins with, `first` in blanks if not given
 */
export function wrap(text: string, style: Style, first = '', rest?: string): string {
  const width = Math.min(style.width, MEASURE);
  const hanging = rest ?? ' '.repeat(visibleWidth(first));
  const lines: string[] = [];
  let line = first;
  let room = width - visibleWidth(first);
  let isEmpty = true;
  for (const word of printable(text).split(' ')) {
    const needed = visibleWidth(word) + (isEmpty ? 0 : 1);
    if (needed > room && !isEmpty) {
      lines.push(line);
      line = hanging + word;
      room = width - visibleWidth(line);
    } else {
      line += (isEmpty ? '' : ' ') + word;
      room -= needed;
    }
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}

/** Labels in a column, their texts wrapped beside them; beneath them where the screen is narrow. */
export function rows(entries: readonly Row[], style: Style, indent = '  '): string {
  const column = Math.max(0, ...entries.map(([label]) => label.length)) + 2;
  const stacked = isNarrow(style);
  return entries
    .flatMap(([label, ...texts]) => {
      const name = indent + paint(style, 'dim', label);
      const blank = indent + ' '.repeat(stacked ? 2 : column);
      const beside = name + ' '.repeat(column - label.length);
      const lines = texts.map((text, index) =>
        wrap(text, style, index === 0 && !stacked ? beside : blank, blank),
      );
      return stacked ? [name, ...lines] : lines;
    })
    .join('\n');
}

/** The first line of a block. */
export function heading(text: string, style: Style): string {
  return paint(style, 'bold', wrap(text, style, '', '  '));
}

/** `1.2.3`, `1.2.3 and 1.2.7`, `1.2.3, 1.2.4 and 1.2.7`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
