/** The program's own text, parsed: what each file of src/ imports, exports and says. */

import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseAst } from 'vitest/node';

/** A node of the syntax tree; of its fields only those asked for are looked at. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly fields: ReadonlyMap<string, unknown>;
}

export interface Import {
  /** `plan/plan.ts` for a file of src/, else the specifier as it stands: `execa`, `node:fs`. */
  readonly target: string;
  /** Whether `target` is a file of src/. */
  readonly own: boolean;
  readonly kind: 'static' | 'dynamic' | 'type';
  /** Names as the other side exports them; empty for a dynamic import. */
  readonly names: readonly string[];
}

export interface Source {
  /** Below src/, such as `plan/plan.ts`. */
  readonly file: string;
  readonly text: string;
  readonly lines: number;
  /** Statements of the file. */
  readonly body: readonly Node[];
  readonly imports: readonly Import[];
}

const ROOT = new URL('../../src/', import.meta.url);

/** Every file of src/, in the order of their names. */
export function sources(): readonly Source[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .toSorted()
    .map((name) => sourceOf(name, readFileSync(new URL(name, ROOT), 'utf8')));
}

/** @param file below src/ */
export function sourceOf(file: string, text: string): Source {
  const body = nodesOf(parseAst(text, { lang: 'ts' }).body);
  const imports = [...walk(body)].flatMap((node) => importOf(file, node));
  return { file, text, lines: text.split('\n').length - 1, body, imports };
}

/** `nodes` and all that is within them. */
export function* walk(nodes: readonly Node[]): Generator<Node> {
  for (const node of nodes) {
    yield node;
    for (const value of node.fields.values()) yield* walk(nodesOf(value));
  }
}

/** The node in a field; undefined if there is none. */
export function child(node: Node | undefined, field: string): Node | undefined {
  return nodesOf(node?.fields.get(field))[0];
}

/** All nodes in a field. */
export function children(node: Node | undefined, field: string): readonly Node[] {
  return nodesOf(node?.fields.get(field));
}

/** The text in a field, such as the `name` of an identifier. */
export function word(node: Node | undefined, field: string): string | undefined {
  const value = node?.fields.get(field);
  return typeof value === 'string' ? value : undefined;
}

function nodesOf(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  if (typeof value !== 'object' || value === null) return [];
  const fields = new Map<string, unknown>(Object.entries(value));
  const [type, start, end] = ['type', 'start', 'end'].map((name) => fields.get(name));
  if (typeof type !== 'string' || typeof start !== 'number' || typeof end !== 'number') return [];
  return [{ type, start, end, fields }];
}

function importOf(file: string, node: Node): readonly Import[] {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return declaredBy(file, node);
    case 'ImportExpression':
      return [{ ...targetOf(file, child(node, 'source')), kind: 'dynamic', names: [] }];
    case 'TSImportType':
      return [{ ...targetOf(file, child(node, 'source')), kind: 'type', names: [] }];
    default:
      return [];
  }
}

function declaredBy(file: string, node: Node): readonly Import[] {
  const source = child(node, 'source');
  if (source === undefined) return [];
  const isType = word(node, 'importKind') === 'type' || word(node, 'exportKind') === 'type';
  const target = targetOf(file, source);
  const names = { static: new Array<string>(), type: new Array<string>() };
  const specifiers = children(node, 'specifiers');
  for (const one of specifiers) {
    const onlyType =
      isType || word(one, 'importKind') === 'type' || word(one, 'exportKind') === 'type';
    const name = child(one, node.type === 'ImportDeclaration' ? 'imported' : 'local');
    names[onlyType ? 'type' : 'static'].push(word(name, 'name') ?? '*');
  }
  const bare = specifiers.length === 0;
  return (['static', 'type'] as const).flatMap((kind): readonly Import[] =>
    names[kind].length > 0 || (bare && (kind === 'type') === isType)
      ? [{ ...target, kind, names: names[kind] }]
      : [],
  );
}

function targetOf(file: string, source: Node | undefined): Pick<Import, 'target' | 'own'> {
  const specifier = word(source, 'value');
  if (specifier === undefined) return { target: 'an expression', own: false };
  if (!specifier.startsWith('.')) return { target: specifier, own: false };
  const target = posix.normalize(posix.join(posix.dirname(file), specifier));
  return { target, own: !target.startsWith('..') };
}
