/** Asks the host, once, for all that the meaning of its rules depends on. */

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
}

/** Every path that a rule or a control names, and names of users only where a rule has one. */
export async function readWorld(host: HostReader, inputs: WorldInputs): Promise<World> {
  const texts = new Set([...inputs.statements.flatMap(pathsOf), ...inputs.targets]);
  const paths = new Map<string, PathFacts>();
  const named = await lookUp(host, texts, inputs.mounts);
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
  return fieldsOf(statement).flatMap(({ name, value }) => (PATHS.includes(name) ? [value] : []));
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

/** Of the rule, or of the rules that a directive takes out. */
function fieldsOf(statement: Statement): readonly ValueField[] {
  const rules =
    statement.kind === 'rule'
      ? [statement.rule]
      : statement.kind === 'directive'
        ? statement.directives.flatMap((directive) => ('rule' in directive ? [directive.rule] : []))
        : [];
  return rules.flatMap(({ fields }) => fields.filter((field) => field.kind === 'value'));
}

type Named = readonly (readonly [text: string, facts: PathFacts])[];

/** Looks paths up as the kernel would; what the many rules of one directory share is asked once. */
async function lookUp(
  host: HostReader,
  texts: ReadonlySet<string>,
  mounts: readonly Mount[],
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
    [...byParent].map(([parent, names]) => lookUpIn(host, parent, names, mounts)),
  );
  return [...relative, ...found.flat()];
}

async function lookUpIn(
  host: HostReader,
  parent: AbsolutePath,
  names: readonly { readonly text: string; readonly name: string }[],
  mounts: readonly Mount[],
): Promise<Named> {
  const directory = await resolveDirectory(host, parent);
  const late = missingAtBoot(directory ?? parent, mounts);
  const boot = late === undefined ? {} : { missingAtBoot: late };
  if (directory === undefined)
    return names.map(({ text }) => [text, { kind: 'absent', place: undefined, ...boot }]);
  const around = mountOf(directory, mounts);
  const found: Named[number][] = [];
  for (const { text, name } of names) {
    const place = join(directory, name);
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
