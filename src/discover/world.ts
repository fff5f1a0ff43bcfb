/** Asks the host, once, for all that the meaning of its rules depends on. */

import { upwards } from '../audit/bearing.ts';
import { PATH_FIELDS } from '../audit/locator.ts';
import type { Directive, Field, Rule, Statement } from '../audit/rule.ts';
import type { AuditVersion, PathFacts, World } from '../audit/world.ts';
import type { HostReader } from '../host/host.ts';
import { absolutePath, isWithin, nameOf, type AbsolutePath } from '../paths.ts';
import { readAccounts } from './accounts.ts';
import { lookUp, type Sight } from './lookup.ts';
import type { Mount } from './mounts.ts';

export interface WorldInputs {
  readonly statements: readonly Statement[];
  readonly targets: readonly AbsolutePath[];
  readonly mounts: readonly Mount[];
  readonly machine: string;
  readonly version: AuditVersion | undefined;
  /** Whether only what can bear upon a target is looked at; of all else the directory. */
  readonly quick?: boolean;
  /** What was seen of the same host, for the same targets. */
  readonly known?: World;
}

/** Every path that a rule or a control names, and names of users only where a rule has one. */
export async function readWorld(host: HostReader, inputs: WorldInputs): Promise<World> {
  const { mounts, targets, known } = inputs;
  const named = namedBy(inputs.statements);
  const texts = new Set<string>([...targets, ...named.watched, ...named.exact, ...named.standing]);
  const sight = inputs.quick ? nearSight(targets, named) : everything;
  const paths = new Map<string, PathFacts>(known?.paths);
  for (const text of texts) if (paths.has(text)) texts.delete(text);
  const found = await lookUp(host, texts, mounts, sight);
  for (const [text, facts] of found) {
    paths.set(text, facts);
    // Judged places are looked up by their one spelling.
    const { place } = facts;
    if (place !== undefined && place !== text && !paths.has(place)) paths.set(place, facts);
  }
  // `-F dir=/link/` watches what the link leads to.
  const behind = found.flatMap(([, { target }]) => (target === undefined ? [] : [target.place]));
  const unknown = new Set(behind.filter((place) => !paths.has(place)));
  for (const [place, facts] of await lookUp(host, unknown, mounts, everything))
    paths.set(place, facts);
  const { users, groups } = named.hasAccounts ? await readAccounts(host) : (known ?? NO_ACCOUNTS);
  const { machine, version = [3, 0, 9] } = inputs;
  return { paths, users, groups, machine, version };
}

const NO_ACCOUNTS: Pick<World, 'users' | 'groups'> = { users: new Map(), groups: new Map() };

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
  const named = rulesOf(statement).flatMap(({ fields }) =>
    fields.flatMap((field) =>
      field.kind === 'value' && PATH_FIELDS.has(field.name) ? field.value : [],
    ),
  );
  return [...named, ...comparedIn(statement)];
}

/** Whether one of `texts` is a path in the words of the rule. */
export function namesAny(statement: Statement, texts: ReadonlySet<string>): boolean {
  for (const { fields } of rulesOf(statement))
    for (const field of fields)
      if (field.kind === 'value' && texts.has(field.value) && PATH_FIELDS.has(field.name))
        return true;
  return comparedIn(statement).some((path) => texts.has(path));
}

/** What statements name of a host, each once. */
interface Named {
  /** By `-w`. */
  readonly watched: ReadonlySet<string>;
  /** By `path=` and `exe=`. */
  readonly exact: ReadonlySet<string>;
  /** What has to stand there, or the load stops: trees, and what `-q` compares. */
  readonly standing: ReadonlySet<string>;
  /** Whether a user or a group has a name. */
  readonly hasAccounts: boolean;
}

function namedBy(statements: readonly Statement[]): Named {
  const watched = new Set<string>();
  const exact = new Set<string>();
  const standing = new Set<string>();
  let hasAccounts = false;
  for (const statement of statements) {
    for (const path of comparedIn(statement)) standing.add(path);
    for (const rule of rulesOf(statement))
      for (const field of rule.fields) {
        if (field.kind !== 'value') continue;
        if (field.name === 'watch') watched.add(field.value);
        else if (field.name === 'dir') standing.add(field.value);
        else if (PATH_FIELDS.has(field.name)) exact.add(field.value);
        else hasAccounts ||= namesAccount(field);
      }
  }
  return { watched, exact, standing, hasAccounts };
}

type ValueField = Extract<Field, { readonly kind: 'value' }>;

/** Account fields hold a number as a rule; only a name needs /etc/passwd. */
function namesAccount({ name, value }: ValueField): boolean {
  return (name.endsWith('uid') || name.endsWith('gid')) && !/^-?\d+$/.test(value);
}

function directivesOf(statement: Statement): readonly Directive[] {
  return statement.kind === 'blank' ? [] : (statement.directives ?? []);
}

function comparedIn(statement: Statement): readonly string[] {
  const directives = directivesOf(statement);
  if (directives.length === 0) return NONE;
  return directives.flatMap((one) => (one.name === 'equivalent' ? one.paths : []));
}

const NONE: readonly string[] = [];

/** The rule, sent or not, and the rules that directives take out. */
function rulesOf(statement: Statement): readonly Rule[] {
  if (statement.kind === 'blank') return [];
  const own = statement.kind === 'rule' ? statement.rule : statement.unsent;
  const directives = directivesOf(statement);
  if (directives.length === 0) return own === undefined ? [] : [own];
  const taken = directives.flatMap((one) => ('rule' in one ? [one.rule] : []));
  return own === undefined ? taken : [own, ...taken];
}

const everything: Sight = () => true;
export const PROC = absolutePath('/proc');

/**
 * Of most rules the load asks for the directory alone, and the judge for those on a target or above
 * one. The load also asks what stands where it must; whether a watch is the rule that `path` makes
 * of the same text; what a text that does not end in its name leads to; and for names in /proc.
 */
function nearSight(targets: readonly AbsolutePath[], { watched, exact, standing }: Named): Sight {
  const near: ReadonlySet<string> = new Set(targets.flatMap(upwards));
  return (text, place) =>
    near.has(place) ||
    near.has(text) ||
    standing.has(text) ||
    (watched.has(text) && exact.has(text)) ||
    (text !== place && !text.endsWith(`/${nameOf(place)}`)) ||
    isWithin(place, PROC);
}
