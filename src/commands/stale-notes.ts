/** Tells of lines of ours that serve no place any more, where no plan does. */

import type { Section } from '../controls/control.ts';
import type { Facts } from '../discover/facts.ts';
import type { HostReader } from '../host/host.ts';
import { absolutePath } from '../paths.ts';
import { pathsOf } from '../discover/world.ts';
import { parseLine } from '../audit/parse.ts';
import { staleLines } from '../plan/stale.ts';

/** @param facts of a quick look, which passes over paths that no verdict needs: they are looked at */
export async function staleNotes(
  host: HostReader,
  facts: Facts,
  sections: readonly Section[],
): Promise<readonly string[]> {
  const suspected = staleLines(facts, sections, ['absent', 'unseen']);
  const notes = await Promise.all(
    suspected.map(async ({ own, reason }) => {
      const [path = ''] = pathsOf(parseLine(own.text, { kind: 'argument' }));
      const known = facts.world.paths.get(path);
      const isThere =
        known?.kind === 'unseen' && (await host.look(known.place ?? absolutePath(path)));
      if (isThere) return [];
      return [`${own.file}:${own.line} '${own.text}' serves no place any more: ${reason}`];
    }),
  );
  return notes.flat();
}
