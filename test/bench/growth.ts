/** How parsing, loading and judging grow with the number of rules. */

import { load } from '../../src/audit/load.ts';
import { covers } from '../../src/audit/covers.ts';
import { indexRules } from '../../src/audit/rule-index.ts';
import { parseRules } from '../../src/audit/parse.ts';
import type { PathFacts, World } from '../../src/audit/world.ts';
import { absolutePath } from '../../src/paths.ts';

const FILE = absolutePath('/etc/audit/rules.d/many.rules');
const DAEMON = absolutePath('/usr/sbin/dockerd');

/** A row for each size: rules, ms to parse, to load, to judge one place, and µs a rule in all. */
export function growth(sizes: readonly number[]): readonly (readonly string[])[] {
  measured(1_000); // warms up
  return sizes.map((size) => {
    const times = measured(size);
    const sum = times.reduce((total, time) => total + time, 0);
    return [
      String(size),
      ...times.map((time) => time.toFixed(1)),
      ((sum * 1000) / size).toFixed(1),
    ];
  });
}

function measured(size: number): readonly number[] {
  const paths = Array.from({ length: size - 1 }, (_, index) =>
    absolutePath(`/srv/data/file-${index}`),
  );
  const text = [...paths, DAEMON].map((path) => `-w ${path} -p wa -k many\n`).join('');
  const world = worldOf([...paths, DAEMON]);
  const [parsed, statements] = timed(() => parseRules(text, FILE));
  const [loaded] = timed(() => load(statements, world));
  const [judged] = timed(() =>
    covers({ place: DAEMON, permissions: ['w', 'x', 'a'] }, indexRules(statements, world)),
  );
  return [parsed, loaded, judged];
}

function timed<T>(task: () => T): readonly [number, T] {
  const startedAt = performance.now();
  const result = task();
  return [performance.now() - startedAt, result];
}

function worldOf(places: readonly ReturnType<typeof absolutePath>[]): World {
  const facts = places.map((place): [string, PathFacts] => [
    place,
    { kind: 'file', place, device: '1' },
  ]);
  return {
    paths: new Map(facts),
    users: new Map(),
    groups: new Map(),
    machine: 'x86_64',
    version: [3, 0, 9],
  };
}
