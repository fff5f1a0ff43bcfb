/** Where a place is on a host of a test: one control, made for the test, and what was found of it. */

import type { Control, Place } from '../../src/controls/control.ts';
import { benchmark } from '../../src/controls/load.ts';
import { discover } from '../../src/discover/discover.ts';
import type { Facts, FoundPlace } from '../../src/discover/facts.ts';
import { absolutePath } from '../../src/paths.ts';
import { goldenHost, parseManifest } from './golden.ts';

/** What differs from the plain practice host; as in a manifest. */
export interface Differences {
  readonly scenario?: string;
  readonly removed?: readonly string[];
  readonly directories?: readonly string[];
  readonly links?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, readonly string[]>>;
  readonly texts?: Readonly<Record<string, string>>;
}

/** What is asked for, where it is more than the place. */
export interface Asked {
  readonly literal?: string;
  readonly recursive?: boolean;
  readonly also?: readonly Place[];
  readonly includeAbsent?: boolean;
  readonly live?: boolean;
}

const [{ control: some } = { control: undefined }] = benchmark('cis-docker-1.2.0').sections;

/** All that is seen of a host where one control asks for `place`. */
export async function factsOn(
  differences: Differences,
  place: Place,
  { literal = '/usr/bin/dockerd', recursive = false, also = [], ...asked }: Asked = {},
): Promise<{ readonly facts: Facts; readonly found: FoundPlace }> {
  if (some === undefined) throw new Error('the benchmark has no control');
  const control: Control = { ...some, place, recursive, literalPath: absolutePath(literal) };
  const expected = { exit: 0, verdicts: {} };
  const base = { situation: 'places', source: 'the test', boots: false, expected };
  const manifest = { ...base, ...differences };
  using made = await goldenHost(parseManifest(JSON.stringify(manifest)));
  const facts = await discover(
    made.host,
    [{ number: '1.2.3', level: 1, control, also, otherNumbers: [] }],
    {
      live: asked.live ?? true,
      includeAbsent: asked.includeAbsent ?? false,
    },
  );
  const found = facts.places.get(control.slug);
  if (found === undefined) throw new Error('the place was not looked for');
  return { facts, found };
}

/** Targets as text: `(…)` is not required, a trailing `/` asks for what lies below. */
export function targetsOf(found: FoundPlace): readonly string[] {
  if (found.kind !== 'found') return [];
  return found.targets.map(({ path, required, recursive }) => {
    const shown = recursive ? `${path}/` : path;
    return required ? shown : `(${shown})`;
  });
}

/** What is said of it beside its targets. */
export function saidOf(found: FoundPlace): string {
  return found.kind === 'found' ? found.notes.join('\n') : found.reason;
}

/** The files of /proc that tell of a process. */
export function processFiles(
  pid: number,
  program: string,
  { words, uid = 0, ticks = 1200, namespace }: ProcessParts = {},
): Differences {
  const comm = program.slice(program.lastIndexOf('/') + 1).slice(0, 15);
  return {
    links: {
      [`/proc/${pid}/exe`]: program,
      ...(namespace === undefined ? {} : { [`/proc/${pid}/ns/pid`]: `pid:[${namespace}]` }),
    },
    texts: {
      [`/proc/${pid}/comm`]: `${comm}\n`,
      [`/proc/${pid}/cmdline`]: [program, ...(words ?? [])].map((word) => `${word}\0`).join(''),
      [`/proc/${pid}/status`]: `Name:\t${comm}\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`,
      [`/proc/${pid}/stat`]: `${pid} (${comm}) S 1 ${pid} ${pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 ${ticks} 0 0\n`,
    },
  };
}

interface ProcessParts {
  readonly words?: readonly string[];
  readonly uid?: number;
  readonly ticks?: number;
  readonly namespace?: number;
}

/** All of them; of two of one name the later one. */
export function together(...all: readonly Differences[]): Differences {
  const scenario = all.findLast((one) => one.scenario !== undefined)?.scenario;
  return {
    ...(scenario === undefined ? {} : { scenario }),
    removed: all.flatMap(({ removed = [] }) => removed),
    directories: all.flatMap(({ directories = [] }) => directories),
    links: Object.fromEntries(all.flatMap(({ links = {} }) => Object.entries(links))),
    files: Object.fromEntries(all.flatMap(({ files = {} }) => Object.entries(files))),
    texts: Object.fromEntries(all.flatMap(({ texts = {} }) => Object.entries(texts))),
  };
}
