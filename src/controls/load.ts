/** A benchmark by its id, and the choice among its sections. */

import { UsageFailure } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { printable } from '../text.ts';
import { BUILT_IN } from './builtin.ts';
import type { Benchmark, OtherNumber, Section } from './control.ts';
import type { Book, Library } from './library.ts';

/** What dockaudit was made for, and judges if nothing else is asked. */
const DEFAULT_SLUGS = ['docker-daemon', 'docker-socket'];

/**
 * The benchmark `id`, such as `cis-docker-1.2.0`, and what the others of `library` call its controls.
 * @throws UsageFailure if there is none, TemplateFailure if a template is wrong
 */
export function benchmark(id: string, library: Library = BUILT_IN): Benchmark {
  const book = library.book(id);
  if (!book) throw unknownBenchmark(id, library.ids);
  const others = library.ids.flatMap((other) => (other === id ? [] : (library.book(other) ?? [])));
  const numbers = Map.groupBy(
    others.flatMap((other) => numbersOf(other, eraOf(other.id, id))),
    ({ slug }) => slug,
  );
  const sections = book.sections.map((section) => ({
    ...section,
    otherNumbers: numbers.get(section.control.slug) ?? [],
  }));
  const own = new Set(sections.map(({ control }) => control.slug));
  const elsewhere = [...numbers].flatMap(([slug, entries]) => (own.has(slug) ? [] : entries));
  return { ...book, sections, elsewhere };
}

/** What one benchmark calls its controls, seen from another one. */
function numbersOf({ id, title, sections }: Book, era: OtherNumber['era']): readonly OtherNumber[] {
  return sections.map(({ number, level, unverified, control }) => ({
    slug: control.slug,
    benchmark: id,
    title,
    number,
    level,
    unverified: unverified !== undefined,
    era,
  }));
}

/** Where `other` stands, seen from `id`: the built-in ones are versions of one book. */
function eraOf(other: string, id: string): OtherNumber['era'] {
  const [here, there] = [BUILT_IN.ids.indexOf(id), BUILT_IN.ids.indexOf(other)];
  if (here < 0 || there < 0) return 'other';
  return there < here ? 'earlier' : 'later';
}

/** What a command line says of the controls that it wants. */
export interface Choice {
  /** Numbers and slugs. */
  readonly control: readonly string[];
  /** Each control of the benchmark. */
  readonly all: boolean;
  /** Each control of this level; 2 contains 1. */
  readonly level: 1 | 2 | undefined;
}

/**
 * The sections that are wanted, in the benchmark's order: those named, those of a level, all of
 * them, or else the two that dockaudit was made for (all of a benchmark that has neither).
 * @throws UsageFailure if a control is unknown, or what is wanted contradicts itself
 */
export function chooseSections(
  book: Benchmark,
  { control, all, level }: Choice,
): readonly Section[] {
  if (all && control.length > 0)
    throw new UsageFailure('--all and --control exclude each other', 'give one of them');
  if (all && level === 1)
    throw new UsageFailure(
      '--all and --level 1 exclude each other',
      'leave out --all: --level 1 judges each control of level 1',
    );
  if (control.length > 0) {
    const named = selectSections(book, control);
    const above = named.find((section) => section.level > (level ?? 2));
    if (!above) return named;
    throw new UsageFailure(
      `--level ${level} leaves out ${above.number}, which --control names`,
      `${above.number} is of level ${above.level}: leave out --level`,
    );
  }
  if (all || level !== undefined)
    return book.sections.filter((section) => section.level <= (level ?? 2));
  const usual = book.sections.filter((section) => DEFAULT_SLUGS.includes(section.control.slug));
  return usual.length > 0 ? usual : book.sections;
}

/**
 * The sections that `wanted` names by number or slug, each once, in the benchmark's order.
 * @throws UsageFailure if one is unknown; it names the nearest right one
 */
export function selectSections(book: Benchmark, wanted: readonly string[]): readonly Section[] {
  const chosen = new Set<Section>();
  for (const name of wanted) {
    const section = book.sections.find((candidate) => namesOf(candidate).includes(name));
    if (section === undefined) throw unknownControl(name, book);
    chosen.add(section);
  }
  return book.sections.filter((section) => chosen.has(section));
}

function namesOf({ number, control }: Section): readonly [string, string] {
  return [number, control.slug];
}

function unknownControl(name: string, { sections, title, elsewhere }: Benchmark): UsageFailure {
  const message = `unknown control '${printable(name)}'`;
  const moved = sections.find(({ otherNumbers }) =>
    otherNumbers.some((other) => other.number === name),
  );
  if (moved !== undefined) {
    const { slug } = moved.control;
    const whose = listed(moved.otherNumbers.filter(({ number }) => number === name));
    const advice = `${name} is ${slug} in ${whose}; ${title} numbers it ${moved.number}: ${show(moved.number)}`;
    return new UsageFailure(message, advice);
  }
  const foreign = elsewhere.filter(({ number, slug }) => [number, slug].includes(name));
  const [first] = foreign;
  if (first !== undefined) {
    const same = foreign.filter(({ slug }) => slug === first.slug);
    const advice = `${title} has no ${first.slug}; it is ${first.number} in ${listed(same)}: add --benchmark ${first.benchmark}`;
    return new UsageFailure(message, advice);
  }
  const meant = nearest(name, sections.flatMap(namesOf));
  if (meant === undefined) {
    const known = sections.map(({ number, control }) => `${number} (${control.slug})`);
    return new UsageFailure(message, `known controls: ${known.join(', ')}`);
  }
  return new UsageFailure(message, `did you mean ${meant}? ${show(meant)}`);
}

function show(word: string): string {
  return `'dockaudit explain ${word}' shows it`;
}

/** `CIS Docker 1.3.1 and 5 more benchmarks`: the first is the oldest. */
function listed([first, second, ...rest]: readonly OtherNumber[]): string {
  const title = first?.title ?? '';
  if (second === undefined) return title;
  return rest.length === 0
    ? `${title} and ${second.title}`
    : `${title} and ${rest.length + 1} more benchmarks`;
}

function unknownBenchmark(id: string, ids: readonly string[]): UsageFailure {
  const meant = ids.find((known) => known.endsWith(`-${id}`)) ?? nearest(id, ids);
  const advice =
    meant === undefined ? `known benchmarks: ${ids.join(', ')}` : `did you mean ${meant}?`;
  return new UsageFailure(`unknown benchmark '${printable(id)}'`, advice);
}
