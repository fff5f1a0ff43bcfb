/** How much a watch logs and what it costs other work, in words. The figures: docs/noise.md. */

import type { Control } from '../controls/control.ts';
import type { Storage } from '../discover/storage.ts';
import type { Watch } from '../plan/plan.ts';
import type { Style } from '../terminal/terminal.ts';
import { listed, type Row, rows } from './layout.ts';

type Loudness = Pick<Watch, 'extent' | 'permissions'>;

const LABELS: Readonly<Record<Watch['extent'], readonly [one: string, many: string]>> = {
  path: ['path', 'paths'],
  directory: ['directory', 'directories'],
  dataRoot: ['data root', 'data roots'],
};

const EVENT = 'about 0.042 ms and 1.1 KB of log, in 6 records';
const TREE = 'about 12 ns for every system call of the host';

/** One sentence, the same for all watches of a kind. */
export function noiseOf({ extent, permissions }: Loudness): string {
  switch (extent) {
    case 'path':
      return 'nothing measurable for other work; each access that it records is one event';
    case 'directory':
      return `${TREE}; each access below it that it records is one event`;
    case 'dataRoot':
      return permissions.includes('r')
        ? `${TREE}; with ${permissions} every file that is opened below it is an event, which can ` +
            'flood the log: 1400 events on a tree where wa made 400'
        : `${TREE}; with ${permissions} changes below it are events and reads are not: 400 events ` +
            "on a tree where the book's rwxa made 1400; --strict writes rwxa";
    default:
      return extent satisfies never;
  }
}

/** The noise of a plan, each kind of watch once; empty where it writes none. */
export function describeNoise(watches: readonly Watch[], style: Style): string {
  if (watches.length === 0) return '';
  const kinds = [...Map.groupBy(watches, noiseOf)].map(([noise, group]): Row => {
    const paths = [...new Set(group.map(({ path }) => path))];
    const [one, many] = LABELS[group[0]?.extent ?? 'path'];
    return [paths.length === 1 ? one : many, listed(paths), noise];
  });
  return rows([...kinds, ['an event', EVENT]], style);
}

/** The noise of a control's own watch, before a plan is made. */
export function noiseRows(
  { place, recursive, required }: Control,
  { stopsHost }: Storage,
): readonly Row[] {
  const extent = place.kind === 'dataRoot' ? 'dataRoot' : recursive ? 'directory' : 'path';
  const permissions = required.join('');
  const risk =
    extent === 'dataRoot' && stopsHost.length > 0
      ? [`a fix leaves it out without --accept-noise: ${listed(stopsHost)}`]
      : [];
  return [
    ['its watch', noiseOf({ extent, permissions }), ...risk],
    ['an event', EVENT],
  ];
}
