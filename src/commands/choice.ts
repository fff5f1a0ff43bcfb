/** What a command line asks for: one benchmark, and some of its sections. */

import { BUILT_IN } from '../controls/builtin.ts';
import type { Library } from '../controls/library.ts';
import { benchmark, chooseSections } from '../controls/load.ts';
import type { HostReader } from '../host/host.ts';
import type { Context } from './context.ts';
import type { Options } from './options.ts';

/**
 * The benchmark and the sections.
 * @param here this machine, which holds --templates
 * @throws UsageFailure, TemplateFailure, HostFailure
 */
export async function choose(
  here: HostReader,
  options: Options,
): Promise<Pick<Context, 'benchmark' | 'sections'>> {
  const book = benchmark(options.benchmark, await libraryOf(here, options));
  return { benchmark: book, sections: chooseSections(book, options) };
}

/**
 * The built-in templates, and those of --templates.
 * @throws UsageFailure, TemplateFailure, HostFailure
 */
export async function libraryOf(
  here: HostReader,
  { templates }: Pick<Options, 'templates'>,
): Promise<Library> {
  if (templates === undefined) return BUILT_IN;
  const { libraryWith } = await import('./own-templates.ts');
  return libraryWith(here, templates);
}
