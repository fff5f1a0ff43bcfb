/** Habits of the house that a machine can watch: sizes, words, what is said of an exported function. */

import { describe, expect, it } from 'vitest';
import {
  child,
  children,
  sourceOf,
  sources,
  walk,
  word,
  type Node,
  type Source,
} from './sources.ts';

const MOST_LINES = 200;

const house = sources();

/** Names that say nothing of what they name. */
const EMPTY_WORDS = ['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'stuff', 'types'];

/** Words of docs/glossary.md that mean something else here: part of a name → what we say. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  util: 'what it does',
  utils: 'what it does',
  helper: 'what it does',
  helpers: 'what it does',
  monitor: 'watch',
  compile: 'merge',
  backend: 'mechanism',
  snapshot: 'change, or before-image',
};

describe('files', () => {
  it(`have at most ${MOST_LINES} lines`, () => {
    const long = house.filter(({ lines }) => lines > MOST_LINES);
    expect(long.map(({ file, lines }) => `src/${file} has ${lines} lines`)).toEqual([]);
  });

  it('begin with what they are, in few lines', () => {
    const silent = house.filter(({ text }) => !text.startsWith('/**'));
    const wordy = house.filter(({ text }) => headOf(text).split('\n').length > 6);
    expect(silent.map(({ file }) => `src/${file} does not say what it is`)).toEqual([]);
    expect(wordy.map(({ file }) => `src/${file} needs more than four lines for it`)).toEqual([]);
  });

  it('have names that mean one thing', () => {
    const found = house.flatMap(({ file }) =>
      partsOf(file.replace(/\.ts$/, ''))
        .filter((part) => EMPTY_WORDS.includes(part))
        .map((part) => `src/${file}: '${part}' says nothing`),
    );
    expect(found).toEqual([]);
  });
});

describe('words', () => {
  it('are those of the glossary', () => {
    const found = house.flatMap((source) =>
      [...walk(source.body)]
        .filter(({ type }) => type === 'Identifier')
        .flatMap((node) =>
          partsOf(word(node, 'name') ?? '').flatMap((part) =>
            forbidden(part, `${place(source, node)} '${word(node, 'name')}'`),
          ),
        ),
    );
    expect([...new Set(found)]).toEqual([]);
  });

  it('say what is, not what is not', () => {
    const found = house.flatMap((source) =>
      [...walk(source.body)]
        .filter(({ type }) => type === 'Identifier')
        .filter((node) => /^(?:isNot|hasNo|no)[A-Z]/.test(word(node, 'name') ?? ''))
        .filter((node) => declaredBoolean(source, node) && !isOption(node))
        .map((node) => `${place(source, node)} '${word(node, 'name')}'`),
    );
    expect(found).toEqual([]);
  });
});

describe('exports', () => {
  it('are named', () => {
    const found = house.filter(({ body }) =>
      body.some(({ type }) => type === 'ExportDefaultDeclaration'),
    );
    expect(found.map(({ file }) => `src/${file} has a default export`)).toEqual([]);
  });

  it('are no barrels: a file that only passes on is none', () => {
    const found = house.filter(({ body }) =>
      body.every(
        (node) => node.type === 'ImportDeclaration' || child(node, 'source') !== undefined,
      ),
    );
    expect(found.map(({ file }) => `src/${file} only passes on`)).toEqual([]);
  });

  it('that are functions say what they do, unless the head of the file says it of the only one', () => {
    const found = house.flatMap((source) => {
      const functions = source.body.filter(isExportedFunction);
      return functions
        .filter((node) => functions.length > 1 && !isExplained(source, node))
        .map((node) => `${place(source, node)} ${firstLine(source, node)}`);
    });
    expect(found).toEqual([]);
  });
});

describe('types', () => {
  const LOOSE: Readonly<Record<string, string>> = {
    TSAnyKeyword: 'any',
    TSNonNullExpression: '!',
    TSTypeAssertion: '<T>',
  };

  it('are proven, not claimed: no any, no assertion, no !', () => {
    const found = house.flatMap((source) =>
      [...walk(source.body)].flatMap((node) => {
        const what = LOOSE[node.type] ?? (isAssertion(source, node) ? 'as' : undefined);
        return what === undefined ? [] : [`${place(source, node)} ${what}`];
      }),
    );
    expect(found).toEqual([]);
  });

  it('are erased and nothing else: no enum, no namespace', () => {
    const found = house.flatMap((source) =>
      [...walk(source.body)]
        .filter(({ type }) => type === 'TSEnumDeclaration' || type === 'TSModuleDeclaration')
        .map((node) => `${place(source, node)} ${node.type}`),
    );
    expect(found).toEqual([]);
  });
});

describe('the reader of these habits', () => {
  const bad = sourceOf(
    'plan/utils.ts',
    [
      'export default 1;',
      'export function f(): void {}',
      'const a: any = b as string;',
      "const c = ['x'] as const;",
      'c!.length;',
      'const snapshotOf = 1;',
    ].join('\n'),
  );

  it('finds what it looks for', () => {
    const nodes = [...walk(bad.body)];
    expect(bad.body.some(({ type }) => type === 'ExportDefaultDeclaration')).toBe(true);
    expect(
      bad.body.filter((node) => isExportedFunction(node) && !isExplained(bad, node)),
    ).toHaveLength(1);
    expect(nodes.filter((node) => LOOSE_TYPES.includes(node.type))).toHaveLength(2);
    expect(nodes.filter((node) => isAssertion(bad, node))).toHaveLength(1);
    expect(partsOf('snapshotOf')).toEqual(['snapshot', 'of']);
    expect(partsOf('plan/before-image')).toEqual(['plan', 'before', 'image']);
  });
});

const LOOSE_TYPES = ['TSAnyKeyword', 'TSNonNullExpression'];

function headOf(text: string): string {
  return text.slice(0, text.indexOf('*/'));
}

function partsOf(name: string): readonly string[] {
  return name
    .split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase());
}

function forbidden(part: string, where: string): readonly string[] {
  const better = Object.hasOwn(OTHER_WORDS, part) ? OTHER_WORDS[part] : undefined;
  return better === undefined ? [] : [`${where}: '${part}' is not our word; we say ${better}`];
}

function place({ file, text }: Source, { start }: Node): string {
  return `src/${file}:${text.slice(0, start).split('\n').length}`;
}

function firstLine({ text }: Source, { start, end }: Node): string {
  return text.slice(start, end).split('\n', 1)[0] ?? '';
}

function isExportedFunction(node: Node): boolean {
  if (node.type !== 'ExportNamedDeclaration') return false;
  const declared = child(node, 'declaration');
  if (declared?.type === 'FunctionDeclaration') return true;
  return children(declared, 'declarations').some(
    (one) => child(one, 'init')?.type === 'ArrowFunctionExpression',
  );
}

/** A comment right above it, which is not the head of the file. */
function isExplained({ text }: Source, { start }: Node): boolean {
  const above = text.slice(0, start);
  return /\*\/\s*$/.test(above) && above.lastIndexOf('/**') > 0;
}

function isAssertion({ text }: Source, node: Node): boolean {
  if (node.type !== 'TSAsExpression') return false;
  const type = child(node, 'typeAnnotation');
  return type !== undefined && text.slice(type.start, type.end) !== 'const';
}

/** `--no-input` is a word of the command line, and keeps its name. */
function isOption(node: Node): boolean {
  return word(node, 'name') === 'noInput';
}

function declaredBoolean({ text }: Source, { end }: Node): boolean {
  return /^\??: boolean/.test(text.slice(end));
}
