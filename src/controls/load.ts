/** The benchmarks and controls that lie in the bundle, and the choice among their sections. */

import dockerDaemon from '../../templates/controls/docker-daemon.json' with { type: 'json' };
import dockerSocket from '../../templates/controls/docker-socket.json' with { type: 'json' };
import cisDocker120 from '../../templates/benchmarks/cis-docker-1.2.0.json' with { type: 'json' };
import { UsageFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { printable } from '../text.ts';
import type { Benchmark, Section } from './control.ts';
import { readBenchmark, readControl } from './read.ts';

/** File name → content, as in templates/; a test compares the names with the folders. */
const CONTROLS: Readonly<Record<string, unknown>> = {
  'docker-daemon.json': dockerDaemon,
  'docker-socket.json': dockerSocket,
};
const BENCHMARKS: Readonly<Record<string, unknown>> = {
  'cis-docker-1.2.0.json': cisDocker120,
};

/**
 * The built-in benchmark `id`, such as `cis-docker-1.2.0`.
 * @throws UsageFailure if there is none
 */
export function benchmark(id: string): Benchmark {
  const file = `${id}.json`;
  if (!Object.hasOwn(BENCHMARKS, file)) throw unknownBenchmark(id);
  const controls = Object.entries(CONTROLS).map(([name, json]) => readControl(json, name));
  return readBenchmark(BENCHMARKS[file], file, controls);
}

/**
 * The sections that `wanted` names by number or slug, each once, in the benchmark's order; all of
 * them if it names none.
 * @throws UsageFailure if one is unknown; it names the nearest right one
 */
export function selectSections(
  { title, sections }: Benchmark,
  wanted: readonly string[],
): readonly Section[] {
  if (wanted.length === 0) return sections;
  const chosen = new Set<Section>();
  for (const name of wanted) {
    const section = sections.find(({ number, control }) => [number, control.slug].includes(name));
    if (section === undefined) throw unknownControl(name, sections, title);
    chosen.add(section);
  }
  return sections.filter((section) => chosen.has(section));
}

function unknownControl(name: string, sections: readonly Section[], title: string): UsageFailure {
  const message = `unknown control '${printable(name)}'`;
  const moved = sections.find(({ laterNumber }) => laterNumber === name);
  if (moved !== undefined) {
    const { number } = moved;
    const advice = `${title} numbers it ${number}: 'dockaudit explain ${number}' shows it`;
    return new UsageFailure(message, advice);
  }
  const names = sections.flatMap(({ number, control }) => [number, control.slug]);
  const meant = nearest(name, names);
  if (meant === undefined) {
    const known = sections.map(({ number, control }) => `${number} (${control.slug})`);
    return new UsageFailure(message, `known controls: ${known.join(', ')}`);
  }
  return new UsageFailure(message, `did you mean ${meant}? 'dockaudit explain ${meant}' shows it`);
}

function unknownBenchmark(id: string): UsageFailure {
  const ids = Object.keys(BENCHMARKS).map((file) => file.replace(/\.json$/, ''));
  const meant = nearest(id, ids);
  const advice =
    meant === undefined ? `known benchmarks: ${ids.join(', ')}` : `did you mean ${meant}?`;
  return new UsageFailure(`unknown benchmark '${printable(id)}'`, advice);
}
