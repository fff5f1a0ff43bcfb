/** Asks the host, once, for all that the meaning of its rules depends on. */

import { upwards } from '../audit/bearing.ts';
import type { Field, Rule, Statement } from '../audit/rule.ts';
import type { AuditVersion, PathFacts, World } from '../audit/world.ts';
import type { HostReader } from '../host/host.ts';
import type { AbsolutePath } from '../paths.ts';
import { readAccounts } from './accounts.ts';
import { lookUp, type Sight } from './look-up.ts';
import type { Mount } from './mounts.ts';

export interface WorldInputs {
  readonly statements: readonly Statement[];
  readonly targets: readonly AbsolutePath[];
  readonly mounts: readonly Mount[];
  readonly machine: string;
  readonly version: AuditVersion | undefined;
  /** Whether only what can bear upon a target is looked at; of all else the directory. */
  readonly quick?: boolean;
}

/** Every path that a rule or a control names, and names of users only where a rule has one. */
export async function readWorld(host: HostReader, inputs: WorldInputs): Promise<World> {
  const texts = new Set<string>(inputs.targets);
  const trees = new Set<string>();
  let hasNames = false;
  for (const statement of inputs.statements)
    for (const rule of rulesOf(statement))
      for (const field of rule.fields) {
        if (field.kind !== 'value') continue;
        if (PATHS.has(field.name)) texts.add(field.value);
        if (field.name === 'dir') trees.add(field.value);
        hasNames ||= namesAccount(field);
      }
  const paths = new Map<string, PathFacts>();
  const named = await lookUp(host, texts, inputs.mounts, sightOf(inputs, trees));
  for (const [text, facts] of named) {
    paths.set(text, facts);
    // Judged places are looked up by their one spelling.
    if (facts.place !== undefined && !paths.has(facts.place)) paths.set(facts.place, facts);
  }
  const accounts = hasNames ? await readAccounts(host) : { users: new Map(), groups: new Map() };
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
  const texts: string[] = [];
  for (const { fields } of rulesOf(statement))
    for (const field of fields)
      if (field.kind === 'value' && PATHS.has(field.name)) texts.push(field.value);
  return texts;
}

/** Fields whose value the kernel looks up. */
const PATHS: ReadonlySet<string> = new Set(['path', 'dir', 'watch', 'exe']);

type ValueField = Extract<Field, { readonly kind: 'value' }>;

/** Account fields hold a number as a rule; only a name needs /etc/passwd. */
function namesAccount({ name, value }: ValueField): boolean {
  return (name.endsWith('uid') || name.endsWith('gid')) && !/^-?\d+$/.test(value);
}

/** The rule, or the rules that a directive takes out. */
function rulesOf(statement: Statement): readonly Rule[] {
  if (statement.kind === 'rule') return [statement.rule];
  if (statement.kind !== 'directive') return [];
  return statement.directives.flatMap((directive) => ('rule' in directive ? [directive.rule] : []));
}

/**
 * A tree rule's directory has to stand, or the load stops. Of all other rules the load asks for the
 * parent alone, and the judge for what is a target or may be a tree above one.
 */
function sightOf({ quick, targets }: WorldInputs, trees: ReadonlySet<string>): Sight {
  if (!quick) return () => true;
  const near: ReadonlySet<string> = new Set(targets.flatMap(upwards));
  return (text, place) => near.has(place) || near.has(text) || trees.has(text);
}
