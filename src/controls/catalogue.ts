/** Every control, whichever benchmark has it. */

import type { Benchmark, Control, OtherNumber } from './control.ts';
import type { Library } from './library.ts';
import { benchmark } from './load.ts';

/** One control, and what each benchmark calls it. */
export interface CatalogueEntry {
  readonly control: Control;
  /** Oldest first; none if no benchmark has it. */
  readonly numbers: readonly Omit<OtherNumber, 'slug' | 'era'>[];
}

/** All that is known, before a host is looked at. */
export interface Catalogue {
  readonly entries: readonly CatalogueEntry[];
  readonly benchmarks: readonly Benchmark[];
}

/**
 * All controls of `library`: those of the benchmark `first` in its order, then the others.
 * @throws UsageFailure if there is no such benchmark, TemplateFailure if a template is wrong
 */
export function catalogueOf(library: Library, first: string): Catalogue {
  const leading = benchmark(first, library);
  const benchmarks = library.ids.map((id) => benchmark(id, library));
  const slugs = new Set([
    ...[leading, ...benchmarks].flatMap(({ sections }) =>
      sections.map((section) => section.control.slug),
    ),
    ...library.slugs,
  ]);
  const entries = [...slugs].flatMap((slug) => {
    const control = library.control(slug);
    return control ? [{ control, numbers: numbersOf(slug, benchmarks) }] : [];
  });
  return { entries, benchmarks };
}

function numbersOf(slug: string, benchmarks: readonly Benchmark[]): CatalogueEntry['numbers'] {
  return benchmarks.flatMap(({ id, title, sections }) =>
    sections
      .filter(({ control }) => control.slug === slug)
      .map(({ number, level, unverified }) => ({
        benchmark: id,
        title,
        number,
        level,
        unverified: unverified !== undefined,
      })),
  );
}
