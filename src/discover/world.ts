/** Asks the host, once, for all that the meaning of its rules depends on. */

import { upwards } from '../audit/bearing.ts';
import type { Field, Statement } from '../audit/rule.ts';
import type { AuditVersion, PathFacts, PlaceKind, World } from '../audit/world.ts';
import type { Entry, HostReader } from '../host/host.ts';
import { absolutePath, join, nameOf, parentOf, type AbsolutePath } from '../paths.ts';
import { readAccounts } from './accounts.ts';
import { missingAtBoot, mountOf, type Mount } from './mounts.ts';

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
  for (const statement of inputs.statements) for (const text of pathsOf(statement)) texts.add(text);
  const paths = new Map<string, PathFacts>();
  const named = await lookUp(host, texts, inputs.mounts, sightOf(inputs));
  for (const [text, facts] of named) {
    paths.set(text, facts);
    // Judged places are looked up by their one spelling.
    if (facts.place !== undefined && !paths.has(facts.place)) paths.set(facts.place, facts);
  }
  const accounts = inputs.statements.some(namesAccount)
    ? await readAccounts(host)
    : { users: new Map(), groups: new Map() };
  return { paths, ...accounts, machine: inputs.machine, version: inputs.version ?? [3, 0, 9] };
}

/** The same world when rules load at boot: places whose parent comes later are absent. */
export function atBoot(world: World): World {
  const paths = [...world.paths].map(([text, facts]): readonly [string, PathFacts] =>
    facts.missingAtBoot === undefined
      ? [text, facts]
      : [text, { kind: 'absent', place: undefined, missingAtBoot: facts.missingAtBoot }],
  );
  return { ...world, paths: new Map(paths) };
}

/** Paths in the words of the rule. */
export function pathsOf(statement: Statement): readonly string[] {
  const texts: string[] = [];
  for (const { name, value } of fieldsOf(statement)) if (PATHS.has(name)) texts.push(value);
  return texts;
}

/** Fields whose value the kernel looks up. */
const PATHS: ReadonlySet<string> = new Set(['path', 'dir', 'watch', 'exe']);

/** Account fields hold a number as a rule; only a name needs /etc/passwd. */
function namesAccount(statement: Statement): boolean {
  return fieldsOf(statement).some(
    ({ name, value }) => name.endsWith('id') && /[ug]id$/.test(name) && !/^-?\d+$/.test(value),
  );
}

type ValueField = Extract<Field, { readonly kind: 'value' }>;

/** Of the rule, or of the rules that a directive takes out. */
function fieldsOf(statement: Statement): readonly ValueField[] {
  if (statement.kind === 'rule') return statement.rule.fields.filter(isValue);
  if (statement.kind !== 'directive') return [];
  return statement.directives.flatMap((directive) =>
    'rule' in directive ? directive.rule.fields.filter(isValue) : [],
  );
}

function isValue(field: Field): field is ValueField {
  return field.kind === 'value';
}

/** Which paths have to be looked at, by their text and place. */
type Sight = (text: string, place: AbsolutePath) => boolean;

/**
 * A tree rule's directory has to stand, or the load stops. Of all other rules the load asks for the
 * parent alone, and the judge for what is a target or may be a tree above one.
 */
function sightOf({ quick, targets, statements }: WorldInputs): Sight {
  if (!quick) return () => true;
  const near: ReadonlySet<string> = new Set(targets.flatMap(upwards));
  const trees = new Set<string>();
  for (const statement of statements)
    for (const { name, value } of fieldsOf(statement)) if (name === 'dir') trees.add(value);
  return (text, place) => near.has(place) || near.has(text) || trees.has(text);
}

type Named = readonly (readonly [text: string, facts: PathFacts])[];

/** Looks paths up as the kernel would; what the many rules of one directory share is asked once. */
async function lookUp(
  host: HostReader,
  texts: ReadonlySet<string>,
  mounts: readonly Mount[],
  sight: Sight,
): Promise<Named> {
  const relative: Named[number][] = [];
  const byParent = new Map<AbsolutePath, { text: string; name: string }[]>();
  for (const text of texts) {
    if (!text.startsWith('/') || text.includes('\0')) {
      relative.push([text, { kind: 'absent', place: undefined }]);
      continue;
    }
    const path = absolutePath(text);
    const parent = parentOf(path);
    const siblings = byParent.get(parent);
    const one = { text, name: nameOf(path) };
    if (siblings === undefined) byParent.set(parent, [one]);
    else siblings.push(one);
  }
  const found = await Promise.all(
    [...byParent].map(([parent, names]) => lookUpIn(host, parent, names, mounts, sight)),
  );
  return [...relative, ...found.flat()];
}

async function lookUpIn(
  host: HostReader,
  parent: AbsolutePath,
  names: readonly { readonly text: string; readonly name: string }[],
  mounts: readonly Mount[],
  sight: Sight,
): Promise<Named> {
  const directory = await resolveDirectory(host, parent);
  const boot = bootFacts(directory ?? parent, mounts);
  if (directory === undefined)
    return names.map(({ text }) => [text, { kind: 'absent', place: undefined, ...boot }]);
  const around = mountOf(directory, mounts);
  const found: Named[number][] = [];
  for (const { text, name } of names) {
    const place = join(directory, name);
    if (!sight(text, place)) {
      found.push([text, { ...boot, kind: 'unseen', place }]);
      continue;
    }
    const entry = await host.look(place);
    const mount = mounts.findLast(({ point }) => point === place) ?? around;
    found.push([
      text,
      {
        ...boot,
        kind: kindOf(entry),
        place,
        ...(entry ? { device: entry.device, identity: `${entry.device}:${entry.inode}` } : {}),
        ...(mount ? { mount: mount.point } : {}),
        ...(entry?.kind === 'symlink' ? await targetOf(host, place) : {}),
      },
    ]);
  }
  return found;
}

function bootFacts(
  parent: AbsolutePath,
  mounts: readonly Mount[],
): Pick<PathFacts, 'missingAtBoot'> {
  const late = missingAtBoot(parent, mounts);
  return late === undefined ? {} : { missingAtBoot: late };
}

async function resolveDirectory(
  host: HostReader,
  path: AbsolutePath,
): Promise<AbsolutePath | undefined> {
  const resolved = await host.resolve(path);
  if (resolved === undefined) return undefined;
  return (await host.look(resolved))?.kind === 'directory' ? resolved : undefined;
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
