/**
 * Lines of ours that serve no place any more: what they watch is gone while Docker stands elsewhere,
 * or two of them have come to name one file, of which the kernel re-arms only one when a package
 * replaces it. Source: audit_update_watch, Linux 6.18. Pure.
 */

import { canonical, identityOf } from '../audit/canonical.ts';
import { parseLine } from '../audit/parse.ts';
import type { Rule } from '../audit/rule.ts';
import type { Place, Section } from '../controls/control.ts';
import type { Facts } from '../discover/facts.ts';
import { pathsOf } from '../discover/world.ts';
import { nameOf, isAbsolutePath } from '../paths.ts';
import { WHY } from './agreement.ts';
import { ownLines, type OwnLine } from './ours.ts';
import type { Going } from './take-out.ts';

/** @param kinds how a path is known that may be gone; `unseen` where a quick look passed it over */
export function staleLines(
  facts: Facts,
  sections: readonly Section[],
  kinds: readonly string[] = ['absent'],
): readonly Going[] {
  const own = ownLines(facts).flatMap((line) => readRule(line));
  const gone = own.flatMap((one) => goneReason(one, facts, sections, kinds));
  const rest = own.filter((one) => gone.every(({ own: line }) => line !== one.own));
  return [...gone, ...twice(rest, facts)];
}

/** A line of ours that is one rule on one path. */
interface OwnRule {
  readonly own: OwnLine;
  readonly rule: Rule;
  readonly path: string;
}

function readRule(own: OwnLine): readonly OwnRule[] {
  const read = parseLine(own.text, { kind: 'argument' });
  const [path, ...more] = pathsOf(read);
  if (read.kind !== 'rule' || read.directives.length > 0 || more.length > 0) return [];
  return path === undefined ? [] : [{ own, rule: read.rule, path }];
}

/** Only of a control that is judged now: of others nobody knows where they stand. */
function goneReason(
  { own, path }: OwnRule,
  facts: Facts,
  sections: readonly Section[],
  kinds: readonly string[],
): readonly Going[] {
  const { docker, places, world } = facts;
  const section = sections.find(({ number }) => number === own.comment?.control);
  const known = world.paths.get(path);
  // Without Docker all its places are absent, and come back with it.
  if (!section || !known || !kinds.includes(known.kind) || docker.absence !== undefined) return [];
  const why = own.comment?.why ?? '';
  if (why.includes(WHY) || !isMovable(section.control.place)) return [];
  const { control } = section;
  const isOfControl =
    MOVES_ANYWHERE.includes(control.place.kind) || nameOfText(path) === nameOf(control.literalPath);
  const named = new Set<string>(sections.map((each) => each.control.literalPath));
  for (const place of places.values())
    if (place.kind === 'found') for (const target of place.targets) named.add(target.path);
  if (!isOfControl || named.has(path) || (known.place && named.has(known.place))) return [];
  const found = places.get(control.slug);
  const now = found?.kind === 'found' ? found.targets.find(({ required }) => required) : undefined;
  if (!now && !GOES_WITH_PACKAGES.includes(control.place.kind)) return [];
  const where = now ? `${section.number} is about ${now.path} now` : 'Docker does without it';
  return [{ own, reason: `nothing stands at ${path} any more, and ${where}` }];
}

/** A template's own path stays where it is. */
function isMovable({ kind }: Place): boolean {
  return kind !== 'path';
}

/** Places whose name settings choose. */
const MOVES_ANYWHERE: readonly Place['kind'][] = [
  'daemon',
  'dataRoot',
  'daemonConfig',
  'containerdConfig',
  'containerdSocket',
];

/** Places that a package may cease to bring; others may come later. */
const GOES_WITH_PACKAGES: readonly Place['kind'][] = ['unit', 'program'];

function nameOfText(path: string): string {
  return isAbsolutePath(path) ? nameOf(path) : '';
}

/** All but the one that is spelled as the file is, and only where that asks for as much. */
function twice(own: readonly OwnRule[], { world }: Facts): readonly Going[] {
  const placed = own.flatMap((one) => {
    const place = world.paths.get(one.path)?.place;
    return place === undefined ? [] : [{ ...one, place }];
  });
  return [...Map.groupBy(placed, ({ place }) => place).values()].flatMap((same) =>
    same.flatMap((one) => {
      const other = same.find(
        (each) =>
          each.path !== one.path &&
          (each.path === each.place || (one.path !== one.place && each.own.line < one.own.line)) &&
          asksAsMuch(each.rule, one.rule),
      );
      if (!other) return [];
      return [
        {
          own: one.own,
          reason: `${one.path} and ${other.path} are one file now, which the other line watches`,
        },
      ];
    }),
  );

  function asksAsMuch(one: Rule, than: Rule): boolean {
    const [more, less] = [one, than].map(permissionsOf);
    return (
      restOf(one) === restOf(than) &&
      (less ?? '').split('').every((letter) => more?.includes(letter))
    );
  }

  /** What a rule says beside its path and its permissions. */
  function restOf(rule: Rule): string {
    const held = canonical(rule, world);
    const { fields, ...rest } = 'value' in held ? held.value : rule;
    const named = fields.map((field) =>
      field.kind === 'value' && ['path', 'dir', 'perm'].includes(field.name)
        ? { ...field, value: '' }
        : field,
    );
    return identityOf({ ...rest, fields: named });
  }
}

function permissionsOf({ fields }: Rule): string {
  const field = fields.find((each) => each.kind === 'value' && each.name === 'perm');
  return field?.kind === 'value' ? field.value : 'rwxa';
}
