/** What changes were about, so that an undo judges the same controls. */

import type { Change } from '../apply/change.ts';
import { Failure } from '../errors.ts';
import { askedWords } from './again.ts';
import { choose } from './choice.ts';
import type { Context } from './context.ts';
import { parseCommandLine } from './options.ts';

/** The context in which just that is judged, where their own words still tell and none are given. */
export async function aboutChanges(context: Context, changes: readonly Change[]): Promise<Context> {
  if (askedWords(context.options).length > 0) return context;
  let about: Context | undefined;
  for (const change of changes) {
    const one = await aboutChange(context, change);
    if (!one) continue;
    const { benchmark, sections } = about ?? one;
    if (one.benchmark.id !== benchmark.id) continue;
    const more = one.sections.filter(({ number }) =>
      sections.every((each) => each.number !== number),
    );
    about = { ...(about ?? one), sections: about ? [...sections, ...more] : sections };
  }
  return about ?? context;
}

async function aboutChange(context: Context, { record }: Change): Promise<Context | undefined> {
  const { options, here } = context;
  try {
    const { benchmark, all, level, control, templates } = parseCommandLine(record.argv).options;
    const recorded = { ...options, benchmark, all, level, control, templates };
    return { ...context, options: recorded, ...(await choose(here, recorded)) };
  } catch (cause) {
    // Templates of then may be gone: an undo needs none of them.
    if (cause instanceof Failure) return undefined;
    throw cause;
  }
}
