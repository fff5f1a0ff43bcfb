import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/commands/help.ts';
import { parseCommandLine } from '../../../src/commands/options.ts';
import { SCENARIOS } from '../../../src/host/practice/scenario.ts';

const top = new URL('../../../', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, top), 'utf8');
const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(new URL(folder, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}${name}`);

const documents = [
  ...readdirSync(top).filter((name) => name.endsWith('.md')),
  ...filesIn('docs/', '.md'),
];

/** As GitHub makes an anchor of a heading. */
function anchorsOf(path: string): readonly string[] {
  return [...text(path).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function isThere(link: string, from: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? from : new URL(path, new URL(from, top)).href.slice(top.href.length);
  if (!existsSync(new URL(target, top))) return false;
  return anchor === undefined || anchorsOf(target).includes(anchor);
}

describe.each(documents)('%s', (document) => {
  it('leads somewhere with every link', () => {
    const links = [...text(document).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(local.filter((link) => !isThere(link, document))).toEqual([]);
  });

  it('names no command that the program would not understand', () => {
    const wrong = commandLines(text(document)).filter((line) => !isUnderstood(line));
    expect(wrong).toEqual([]);
  });
});

describe('npm run', () => {
  it('has every script that a document names', () => {
    const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
      text('package.json'),
    );
    const named = documents.flatMap((document) =>
      [...text(document).matchAll(/\bnpm run (?:--silent )?([\w:]+)/g)].map(
        ([, name = '']) => name,
      ),
    );
    expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('comments', () => {
  it('name no page that is not there', () => {
    const sources = [
      ...filesIn('src/', '.ts'),
      ...filesIn('bin/', '.ts'),
      ...filesIn('test/', '.ts'),
    ];
    const named = sources.flatMap((source) =>
      [...text(source).matchAll(/\bdocs\/[\w/-]+\.md\b/g)].map(([page]) => page),
    );
    expect(named.length).toBeGreaterThan(0);
    expect([...new Set(named)].filter((page) => !existsSync(new URL(page, top)))).toEqual([]);
  });
});

describe('the README', () => {
  it('says how many practice hosts there are', () => {
    expect(SCENARIOS).toHaveLength(13);
    expect(text('README.md')).toContain('names thirteen practice hosts');
  });

  it('shows commands at all', () => {
    expect(commandLines(text('README.md')).length).toBeGreaterThan(10);
  });
});

/** Words after `dockaudit` or `npm start --`, in blocks of commands and in code between words. */
function commandLines(document: string): readonly string[] {
  const blocks = [...document.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const words = [...document.replace(/```[^]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, code = '']) => code,
  );
  return [...blocks, ...words].flatMap((line) => {
    const command =
      line
        .replace(/\s+#.*$/, '')
        .split(/&&|\|/)
        .at(-1)
        ?.trim() ?? '';
    const [, rest] =
      /^(?:sudo )?(?:dockaudit|npm (?:run --silent )?start(?: --|$))(?: (.*)|$)/.exec(command) ??
      [];
    return rest === undefined && !/(?:dockaudit|start)$/.test(command) ? [] : [rest ?? ''];
  });
}

function isUnderstood(line: string): boolean {
  // Help writes `[ID]` for what may be left out.
  const args = line
    .replace(/\[.*?\]/g, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  try {
    const { words } = parseCommandLine(args);
    const [name = 'fix'] = words[0] === 'demo' ? words.slice(1) : words;
    return COMMANDS.some((command) => command.name === name);
  } catch {
    return false;
  }
}
