/**
 * What `--redact` hides: names and homes of people, and paths that only rules of others name. Pure.
 * What stays: the places of the controls, what leads there, audit's own files and programs.
 */

import { parseLine } from '../audit/parse.ts';
import type { Section } from '../controls/control.ts';
import type { Facts } from '../discover/facts.ts';
import { absolutePath, isAbsolutePath, isWithin, type AbsolutePath } from '../paths.ts';

export interface Secrets {
  /** Whether a path stays, and with it all that leads there. */
  readonly isKept: (path: string) => boolean;
  /** Of others' rules. */
  readonly paths: ReadonlySet<string>;
  readonly homes: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  /** Names that are words of ours, too: hidden only where nothing else can be meant. */
  readonly ambiguous: ReadonlySet<string>;
}

/** Accounts of people begin here, and nobody is none. Source: login.defs(5), UID_MIN. */
const [PEOPLE_FROM, NOBODY] = [1000, 65_534];

const OWN = ['/etc/audit', '/var/log/audit', '/var/lib/dockaudit'].map(absolutePath);

/** Names of fields whose values are users, as rules and records spell them. */
export const USER_FIELD = String.raw`\b(?:[aefos]?uid|suid|fsuid|loginuid|obj_uid|sauid|oauid|ouid|acct|user|[AEFOS]?UID|FSUID|OUID|OAUID|SAUID)`;

/** Fields whose values are paths. */
const PATH_FIELDS = ['path', 'dir', 'exe'];

/** Words for no user in particular. */
const NOBODIES = ['root', 'unset', 'none', 'unknown'];

/** @param rules files and tables @param texts all that a dossier holds @param passwd of the host */
export function secretsIn(
  { places, programs, mechanism }: Facts,
  sections: readonly Section[],
  rules: readonly string[],
  texts: readonly string[],
  passwd: string,
): Secrets {
  const kept = [
    ...OWN,
    ...sections.map(({ control }) => control.literalPath),
    ...[...places.values()].flatMap((place) =>
      place.kind === 'found'
        ? [...place.targets.map(({ path }) => path), ...(place.unitFile ? [place.unitFile] : [])]
        : [],
    ),
    ...Object.values(programs),
    ...(mechanism.kind === 'augenrules' ? [mechanism.rulesDirectory, mechanism.merged] : []),
    ...(mechanism.kind === 'rulesFile' ? [mechanism.file] : []),
  ].filter((path): path is AbsolutePath => path !== undefined);
  const isKept = (path: string): boolean =>
    !isAbsolutePath(path) || kept.some((one) => isWithin(path, one) || isWithin(one, path));
  const people = peopleIn(passwd);
  const homes = [
    ...people.map(({ home }) => home),
    ...texts.flatMap((text) => text.match(/(?<![\w.-])\/home\/[\w.-]+/g) ?? []),
  ].filter((home) => home.length > 1 && !isKept(home));
  const names = [
    ...people.map(({ name }) => name),
    ...homes.flatMap((home) => /^\/home\/([^/]+)$/.exec(home)?.[1] ?? []),
    ...texts.flatMap(usersIn),
  ];
  const ours = new Set(
    [...kept, ...sections.map(({ control }) => control.slug), ...WORDS].flatMap(wordsIn),
  );
  return {
    isKept,
    paths: new Set(rules.flatMap(pathsIn).filter((path) => !isKept(path))),
    homes: new Set(homes),
    names: new Set(names),
    ambiguous: new Set(names.filter((name) => ours.has(name.toLowerCase()))),
  };
}

/** What our own reports are made of. */
const WORDS = ['dockaudit docker dockerd containerd audit auditd auditctl kernel rule rules'];

function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().split(/[^a-z\d]+/);
}

function peopleIn(passwd: string): readonly { readonly name: string; readonly home: string }[] {
  return passwd.split('\n').flatMap((line) => {
    const [name = '', , id = '', , , home = ''] = line.split(':');
    const isPerson = Number(id) >= PEOPLE_FROM && Number(id) !== NOBODY;
    return name !== '' && isPerson && /^\d+$/.test(id) ? [{ name, home }] : [];
  });
}

/** `-F auid=alice`, `AUID="alice"`. */
function usersIn(text: string): readonly string[] {
  const found = text.matchAll(
    new RegExp(`${USER_FIELD}[!<>]?=["']?([A-Za-z_][\\w.$@\\\\-]*)`, 'g'),
  );
  return [...found].map(([, name = '']) => name).filter((name) => !NOBODIES.includes(name));
}

/** Of each line: what its fields name, and whatever else looks like a path. */
function pathsIn(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const loose = line.match(/(?<![\w.-])\/[^\s"'`:,;)(<>|]*/g) ?? [];
    const read = parseLine(line, { kind: 'argument' });
    const fields = read.kind === 'rule' ? read.rule.fields : [];
    const named = fields.flatMap((field) =>
      field.kind === 'value' && PATH_FIELDS.includes(field.name) ? [field.value] : [],
    );
    return [...named, ...loose.filter((path) => path.length > 1)];
  });
}
