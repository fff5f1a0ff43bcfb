/** Makes the events of a proof, one after the other: the records of each are known by what is told here. */

import type { Target } from '../discover/facts.ts';
import { HostFailure } from '../errors.ts';
import type { Finding } from '../evaluate/finding.ts';
import type { Entry, EventMaker } from '../host/host.ts';
import { join, type AbsolutePath } from '../paths.ts';
import type { Intention } from './intention.ts';
import type { Attempt } from './proof.ts';

/** A place of a control: one that has to be watched. */
export interface Place {
  readonly finding: Finding;
  readonly target: Target;
}

/** What was done at a place: there, and below it. */
export interface Tried {
  readonly place: Place;
  readonly tries: readonly Try[];
}

/** What became of an intention. */
export type Try =
  | {
      readonly kind: 'done';
      readonly intention: Extract<Intention, { kind: 'touch' }>;
      readonly attempt: Attempt;
    }
  | { readonly kind: 'left'; readonly intention: Extract<Intention, { kind: 'leave' }> };

/** Does what is intended; what cannot be done is left, with the reason. */
export async function attempt(host: EventMaker, intention: Intention): Promise<Try> {
  if (intention.kind === 'leave') return { kind: 'left', intention };
  const { path, deed } = intention;
  const left = (reason: string): Try => ({
    kind: 'left',
    intention: { kind: 'leave', path, outcome: 'notProvable', reason },
  });
  const from = host.clock.now().toISOString();
  try {
    const touched = await host.touch(path, deed);
    if (touched === undefined) return left('nothing stands there any more');
    const until = host.clock.now().toISOString();
    return { kind: 'done', intention, attempt: { deed, path, ...touched, from, until } };
  } catch (cause) {
    if (!(cause instanceof HostFailure)) throw cause;
    return left(cause.message);
  }
}

/** Names that are looked at before nothing is found. */
const MOST_NAMES = 64;

/**
 * Something in `directory`, on its file system, that shows whether a rule reaches below it: a
 * directory rather than a file.
 */
export async function childOf(
  host: EventMaker,
  directory: AbsolutePath,
  { device }: Pick<Entry, 'device'>,
): Promise<{ readonly path: AbsolutePath; readonly entry: Entry } | undefined> {
  const names = (await host.list(directory)) ?? [];
  let file: { readonly path: AbsolutePath; readonly entry: Entry } | undefined;
  for (const name of names.slice(0, MOST_NAMES)) {
    const path = join(directory, name);
    const entry = await host.look(path);
    if (entry === undefined || entry.device !== device) continue;
    if (entry.kind === 'directory') return { path, entry };
    if (entry.kind === 'file') file ??= { path, entry };
  }
  return file;
}
