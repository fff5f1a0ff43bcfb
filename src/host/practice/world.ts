/** What rules mean in a practice host's tree: its paths and accounts, asked for the kernel's sake. */

import { valuesOf } from '../../audit/match.ts';
import type { Directive, Rule, Statement } from '../../audit/rule.ts';
import type { AuditVersion, PathFacts, PlaceKind, World } from '../../audit/world.ts';
import { absolutePath, join, nameOf, parentOf, type AbsolutePath } from '../../paths.ts';
import type { Tree } from './tree.ts';

/** Of Debian 12, whose programs the practice host imitates. */
export const VERSION: AuditVersion = [3, 0, 9];
export const MACHINE = 'x86_64';

/** The world for all paths that `statements` name. */
export function worldOf(tree: Tree, statements: readonly Statement[]): World {
  const named = statements.flatMap(rulesOf).flatMap(pathsOf);
  const texts = new Set([...named, ...statements.flatMap(equivalentsOf)]);
  return {
    paths: new Map([...texts].map((text) => [text, factsOf(tree, text)])),
    users: numbersByName(tree, '/etc/passwd'),
    groups: numbersByName(tree, '/etc/group'),
    machine: MACHINE,
    version: VERSION,
  };
}

/** The two places of each `-q`. */
function equivalentsOf(statement: Statement): readonly string[] {
  if (statement.kind === 'blank') return [];
  return (statement.directives ?? []).flatMap((directive) =>
    directive.name === 'equivalent' ? directive.paths : [],
  );
}

/** The rule that `statement` adds and those that it deletes. */
function rulesOf(statement: Statement): readonly Rule[] {
  if (statement.kind === 'blank') return [];
  const deleted = (statement.directives ?? []).flatMap((directive: Directive) =>
    'rule' in directive ? [directive.rule] : [],
  );
  return statement.kind === 'rule' ? [...deleted, statement.rule] : deleted;
}

/** Paths in the words of `rule`. */
export function pathsOf(rule: Rule): readonly string[] {
  return valuesOf(rule, 'path', 'dir', 'watch', 'exe');
}

/** What the kernel finds at a path: its parent's links followed, its own not. */
export function factsOf(tree: Tree, text: string): PathFacts {
  if (!text.startsWith('/') || text.includes('\0')) return { kind: 'absent', place: undefined };
  const path = absolutePath(text);
  const parent = tree.resolve(parentOf(path));
  if (parent === undefined || kindAt(tree, parent) !== 'directory')
    return { kind: 'absent', place: undefined };
  const place = join(parent, nameOf(path));
  const kind = kindAt(tree, place);
  const target = kind === 'symlink' ? tree.resolve(place) : undefined;
  return target === undefined
    ? { kind, place }
    : { kind, place, target: { kind: kindAt(tree, target), place: target } };
}

function kindAt(tree: Tree, path: AbsolutePath): PlaceKind {
  const kind = tree.look(path)?.kind ?? 'absent';
  return kind === 'fifo' || kind === 'socket' || kind === 'device' ? 'other' : kind;
}

function numbersByName(tree: Tree, path: string): ReadonlyMap<string, number> {
  const lines = (tree.text(absolutePath(path)) ?? '').split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [name = '', , id = ''] = line.split(':');
      return /^\d+$/.test(id) ? [[name, Number(id)] as const] : [];
    }),
  );
}
