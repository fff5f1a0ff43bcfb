/** Asks the host, once, for all that the meaning of its rules depends on. */

import type { Directive, Field, Rule, Statement } from '../audit/rule.ts';
import type { AuditVersion, PathFacts, PlaceKind, World } from '../audit/world.ts';
import type { Entry, HostReader } from '../host/host.ts';
import { join, type AbsolutePath } from '../paths.ts';
import { readAccounts } from './accounts.ts';
import { resolveDirectory, split } from './lookup.ts';
import { emptyAtBoot, missingAtBoot, mountOf, type Mount } from './mounts.ts';

export interface WorldInputs {
  readonly statements: readonly Statement[];
  readonly targets: readonly AbsolutePath[];
  readonly mounts: readonly Mount[];
  readonly machine: string;
  readonly version: AuditVersion | undefined;
}

/** Every path that a rule or a control names, and names of users only where a rule has one. */
export async function readWorld(host: HostReader, inputs: WorldInputs): Promise<World> {
  const texts = new Set([...inputs.statements.flatMap(pathsOf), ...inputs.targets]);
  const paths = new Map<string, PathFacts>();
  const look = looker(host, inputs.mounts);
  const named = await Promise.all(
    [...texts].map(async (text) => [text, await look(text)] as const),
  );
  for (const [text, facts] of named) {
    paths.set(text, facts);
    // Judged places are looked up by their one spelling.
    if (facts.place !== undefined && !paths.has(facts.place)) paths.set(facts.place, facts);
  }
  // `-F dir=/link/` watches what the link leads to.
  for (const [, { target }] of named)
    if (target !== undefined && !paths.has(target.place))
      paths.set(target.place, await look(target.place));
  const accounts = inputs.statements.some(namesAccount)
    ? await readAccounts(host)
    : { users: new Map(), groups: new Map() };
  return { paths, ...accounts, machine: inputs.machine, version: inputs.version ?? [3, 0, 9] };
}

/** The same world when rules load at boot: places that come later, or whose parent does, are absent. */
export function atBoot(world: World): World {
  const paths = [...world.paths].map(([text, facts]): readonly [string, PathFacts] => [
    text,
    placeAtBoot(facts),
  ]);
  return { ...world, paths: new Map(paths) };
}

function placeAtBoot(facts: PathFacts): PathFacts {
  const { missingAtBoot: late, absentAtBoot, place, mount } = facts;
  if (late !== undefined) return { kind: 'absent', place: undefined, missingAtBoot: late };
  if (absentAtBoot === undefined) return facts;
  return { kind: 'absent', place, absentAtBoot, ...(mount === undefined ? {} : { mount }) };
}

/** Why no file that loads at boot may name the place; undefined if one may. */
export function lateReason({ missingAtBoot: late, absentAtBoot }: PathFacts): string | undefined {
  return late ?? absentAtBoot;
}

/** Paths in the words of the rule. */
export function pathsOf(statement: Statement): readonly string[] {
  const named = fieldsOf(statement).flatMap((f) => (PATHS.includes(f.name) ? [f.value] : []));
  const compared = directivesOf(statement).flatMap((directive) =>
    directive.name === 'equivalent' ? directive.paths : [],
  );
  return [...named, ...compared];
}

/** Fields whose value the kernel looks up. */
const PATHS = ['path', 'dir', 'watch', 'exe'];

/** Account fields hold a number as a rule; only a name needs /etc/passwd. */
function namesAccount(statement: Statement): boolean {
  return fieldsOf(statement).some(
    ({ name, value }) => /[ug]id$/.test(name) && !/^-?\d+$/.test(value),
  );
}

type ValueField = Extract<Field, { readonly kind: 'value' }>;

function directivesOf(statement: Statement): readonly Directive[] {
  return statement.kind === 'blank' ? [] : (statement.directives ?? []);
}

function ownRulesOf(statement: Statement): readonly Rule[] {
  if (statement.kind === 'blank') return [];
  if (statement.kind === 'rule') return [statement.rule];
  return statement.unsent === undefined ? [] : [statement.unsent];
}

/** Of the rule, or of the rules that a directive takes out. */
function fieldsOf(statement: Statement): readonly ValueField[] {
  const own = ownRulesOf(statement);
  const taken = directivesOf(statement).flatMap((one) => ('rule' in one ? [one.rule] : []));
  return [...own, ...taken].flatMap(({ fields }) =>
    fields.filter((field) => field.kind === 'value'),
  );
}

/** Looks a path up as the kernel would; parents, which many rules share, are asked once. */
function looker(host: HostReader, mounts: readonly Mount[]): (text: string) => Promise<PathFacts> {
  const parents = new Map<string, Promise<AbsolutePath | undefined>>();
  const parentAt = (path: AbsolutePath): Promise<AbsolutePath | undefined> => {
    const known = parents.get(path) ?? resolveDirectory(host, path);
    parents.set(path, known);
    return known;
  };
  return async (text) => {
    if (!text.startsWith('/') || text.includes('\0')) return { kind: 'absent', place: undefined };
    const asked = await split(host, text);
    if (asked === undefined) return { kind: 'absent', place: undefined };
    const parent = await parentAt(asked.parent);
    const boot = bootFacts(parent ?? asked.parent, mounts);
    if (parent === undefined) return { kind: 'absent', place: undefined, ...boot };
    const place = join(parent, asked.name);
    const entry = await host.look(place);
    const mount = mountOf(place, mounts);
    return {
      ...boot,
      kind: kindOf(entry),
      place,
      ...(entry ? { device: entry.device, identity: `${entry.device}:${entry.inode}` } : {}),
      ...(mount ? { mount: mount.point } : {}),
      ...(entry?.kind === 'symlink' ? await targetOf(host, place) : {}),
    };
  };
}

function bootFacts(
  parent: AbsolutePath,
  mounts: readonly Mount[],
): Pick<PathFacts, 'missingAtBoot' | 'absentAtBoot'> {
  const late = missingAtBoot(parent, mounts);
  if (late !== undefined) return { missingAtBoot: late };
  const empty = emptyAtBoot(parent, mounts);
  return empty === undefined ? {} : { absentAtBoot: empty };
}

async function targetOf(host: HostReader, link: AbsolutePath): Promise<Pick<PathFacts, 'target'>> {
  const place = await host.resolve(link);
  if (place === undefined) return {};
  return { target: { kind: kindOf(await host.look(place)), place } };
}

function kindOf(entry: Entry | undefined): PlaceKind {
  if (entry === undefined) return 'absent';
  return entry.kind === 'file' || entry.kind === 'directory' || entry.kind === 'symlink'
    ? entry.kind
    : 'other';
}
