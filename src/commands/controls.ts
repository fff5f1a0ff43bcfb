/** `dockaudit controls`: every control with its numbers, from the templates alone. */

import { catalogueOf } from '../controls/catalogue.ts';
import { describeCatalogue } from '../report/catalogue.ts';
import { libraryOf } from './choice.ts';
import type { Context } from './context.ts';
import { deliverText } from './deliver.ts';

export async function controls(context: Context): Promise<number> {
  const { here, options, run, benchmark } = context;
  const catalogue = catalogueOf(await libraryOf(here, options), benchmark.id);
  const { control, level } = options;
  const asked = new Set(context.sections.map((section) => section.control.slug));
  const entries =
    control.length === 0 && level === undefined
      ? catalogue.entries
      : catalogue.entries.filter((entry) => asked.has(entry.control.slug));
  if (options.format === 'json') {
    const { catalogueJson } = await import('../report/json.ts');
    await deliverText(context, () => catalogueJson(run.tool, { ...catalogue, entries }));
  } else
    await deliverText(context, (style) =>
      describeCatalogue({ ...catalogue, entries }, benchmark.id, style),
    );
  return 0;
}
