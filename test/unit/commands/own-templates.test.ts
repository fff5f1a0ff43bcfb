import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { libraryWith } from '../../../src/commands/own-templates.ts';
import { catalogueOf } from '../../../src/controls/catalogue.ts';
import { benchmark, chooseSections } from '../../../src/controls/load.ts';
import { Failure } from '../../../src/errors.ts';
import { linuxHost } from '../../../src/host/linux.ts';

const EXAMPLE = fileURLToPath(new URL('../../support/own-templates', import.meta.url));
const here = linuxHost();
const made: string[] = [];

const example = (path: string): string => readFileSync(join(EXAMPLE, path), 'utf8');
const podman = example('controls/podman.json');

/** A directory of templates: relative path → text. */
function directory(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'dockaudit-templates-'));
  made.push(root);
  for (const folder of ['controls', 'benchmarks']) mkdirSync(join(root, folder));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  return root;
}

afterAll(() => {
  for (const root of made) rmSync(root, { recursive: true });
});

async function refusal(root: string): Promise<{ said: string; exit: number }> {
  try {
    await libraryWith(here, root);
  } catch (error) {
    if (error instanceof Failure)
      return { said: error.message.replaceAll(root, 'DIR'), exit: error.exitCode };
    throw error;
  }
  throw new Error('it was accepted');
}

describe('the example of docs/templates.md', () => {
  it('is these files, letter for letter', () => {
    const page = readFileSync(new URL('../../../docs/templates.md', import.meta.url), 'utf8');
    const blocks = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, block]) => block);
    expect(blocks).toEqual([podman, example('benchmarks/acme-containers-2.0.json')]);
  });

  it('is a benchmark of its own and of built-in controls', async () => {
    const templates = await libraryWith(here, EXAMPLE);
    const book = benchmark('acme-containers-2.0', templates);
    expect(book.sections.map(({ number, control }) => [number, control.slug])).toEqual([
      ['4.1', 'docker-daemon'],
      ['4.2', 'podman'],
      ['4.3', 'runc'],
    ]);
    expect(book.sections[2]?.control.literalPath).toBe('/usr/sbin/runc');
    const nothing = { control: [], all: false, level: undefined };
    expect(chooseSections(book, nothing).map(({ number }) => number)).toEqual(['4.1']);
    const daemon = benchmark('cis-docker-1.2.0', templates).sections[0];
    expect(daemon?.otherNumbers.at(-1)).toMatchObject({ number: '4.1', era: 'other' });
  });

  it('stands in the list of controls, behind those of the chosen benchmark', async () => {
    const { entries } = catalogueOf(await libraryWith(here, EXAMPLE), 'cis-docker-1.2.0');
    expect(entries).toHaveLength(17);
    expect(entries.slice(0, 2).map(({ control }) => control.slug)).toEqual([
      'docker-daemon',
      'docker-data-root',
    ]);
    expect(entries.find(({ control }) => control.slug === 'podman')?.numbers).toEqual([
      {
        benchmark: 'acme-containers-2.0',
        title: 'Acme containers 2.0',
        number: '4.2',
        level: 1,
        unverified: false,
      },
    ]);
  });
});

describe('a wrong directory of templates', () => {
  it.each<[Record<string, string>, string]>([
    [
      { 'controls/podman.json': podman.replace('"wxa"', '"wz"') },
      "cannot use template 'DIR/controls/podman.json': permissions.required: expected letters of " +
        "'rwxa' in this order, found 'wz'",
    ],
    [
      { 'controls/docker-daemon.json': podman },
      "cannot use template 'DIR/controls/docker-daemon.json': there is a built-in control " +
        'docker-daemon',
    ],
    [
      { 'benchmarks/cis-docker-1.2.0.json': '{}' },
      "cannot use template 'DIR/benchmarks/cis-docker-1.2.0.json': there is a built-in benchmark " +
        'cis-docker-1.2.0',
    ],
    [
      { 'benchmarks/acme-containers-2.0.json': example('benchmarks/acme-containers-2.0.json') },
      "cannot use template 'DIR/benchmarks/acme-containers-2.0.json': sections[1].control: " +
        'expected one of',
    ],
    [
      { 'controls/1.2.3.json': podman },
      "cannot use template 'DIR/controls/1.2.3.json': its name has other characters",
    ],
    [
      { 'controls/Podman\u001b.json': podman },
      "cannot use template 'DIR/controls/Podman\\x1b.json': its name has other characters",
    ],
    [
      { 'controls/podman.json': '{ "title": "x"' },
      "cannot use template 'DIR/controls/podman.json': it is no JSON",
    ],
    [
      { 'controls/podman.json': `${podman}${' '.repeat(300_000)}` },
      "cannot use template 'DIR/controls/podman.json': it has 30",
    ],
    [
      { 'controls/podman.json': podman.replace('{ "kind": "program", "name": "podman" }', '[]') },
      "cannot use template 'DIR/controls/podman.json': place",
    ],
  ])('%#', async (files, said) => {
    const found = await refusal(directory(files));
    expect(found.said.startsWith(said) ? said : found.said).toBe(said);
    expect(found.exit).toBe(64);
  });

  it('that is none, or empty of both folders', async () => {
    const said = "cannot use --templates 'DIR': it holds neither controls/ nor benchmarks/";
    const root = directory({});
    rmSync(join(root, 'controls'), { recursive: true });
    rmSync(join(root, 'benchmarks'), { recursive: true });
    expect(await refusal(root)).toEqual({ said, exit: 64 });
    expect((await refusal(join(root, 'none'))).exit).toBe(64);
  });

  it('that links to nowhere', async () => {
    const root = directory({});
    symlinkSync('/nonexistent', join(root, 'controls/podman.json'));
    expect((await refusal(root)).said).toContain('it is a link that leads nowhere');
  });

  it('but for files that are no JSON', async () => {
    const templates = await libraryWith(here, directory({ 'controls/README.md': '#' }));
    expect(templates.slugs).toHaveLength(16);
  });
});
