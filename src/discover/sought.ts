/** A place as it was looked for: which paths are meant, and whether anything stands there. */

import type { HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { printable } from '../text.ts';
import { optionOf, type Told } from './command-line.ts';
import type { FoundPlace } from './facts.ts';
import type { Start } from './starts.ts';
import { canonical, distinct, followed, watchable } from './targets.ts';

export type Sought =
  | Extract<FoundPlace, { readonly kind: 'found' }>
  | {
      readonly kind: 'notApplicable';
      readonly reason: string;
      /** Where it would be, if that is known better than from the book. */
      readonly absent?: AbsolutePath;
    };

/** A path, and what is not sure about it. */
export interface Choice {
  readonly path: AbsolutePath;
  readonly notes: readonly string[];
}

/** What an option of a daemon's command line says; undefined where it is surely not given. */
export function optionPath(
  { who, line }: Start,
  names: readonly string[],
  what: string,
  otherwise: AbsolutePath,
): Choice | undefined {
  const told = optionOf(line, names);
  return told && chosen(told, who, what, otherwise);
}

/** `otherwise`, with the reason, where what was told cannot be read or watched. */
export function chosen(told: Told, who: string, what: string, otherwise: AbsolutePath): Choice {
  if (told.kind === 'hidden') {
    const note = `${who} is started with ${shown(told.word)}: it may name another ${what}`;
    return { path: otherwise, notes: [`${note} than ${otherwise}`] };
  }
  // An address of a socket may begin with its scheme.
  const path = watchable(told.value.replace(/^unix:\/\//, ''));
  if (path !== undefined) return { path, notes: [] };
  const note = `${who} names '${shown(told.value)}' as ${what}, which no rule can watch`;
  return { path: otherwise, notes: [`${note}: ${otherwise} is watched instead`] };
}

const LONGEST_SHOWN = 80;

function shown(text: string): string {
  return printable(text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text);
}

/** Those of `choices` where something stands, as targets. @throws HostFailure */
export async function soughtAt(
  host: HostReader,
  choices: readonly Choice[],
  why: string,
  recursive: boolean,
): Promise<Sought> {
  const found = await Promise.all(
    choices.map(async ({ path }) => {
      const isThere = (await host.look(await canonical(host, path))) !== undefined;
      return isThere ? followed(host, path, why, recursive) : [];
    }),
  );
  const targets = distinct(found.flat());
  const notes = [...new Set(choices.flatMap((choice) => choice.notes))];
  if (targets.length > 0) return { kind: 'found', targets, notes };
  const paths = [...new Set(choices.map(({ path }) => path))];
  const reason = [`this host has no ${paths.join(' and no ')}`, ...notes].join('; ');
  const [absent] = paths;
  return { kind: 'notApplicable', reason, ...(absent ? { absent } : {}) };
}
