/** Each kind of alteration of a real directory is named as what it is. */

import {
  appendFileSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sign } from '../../../src/dossier/signature.ts';
import { verifyDossier, type Expected } from '../../../src/dossier/verify.ts';
import { linuxHost } from '../../../src/host/linux.ts';
import { absolutePath, join, type AbsolutePath } from '../../../src/paths.ts';
import { ABOUT, makeKey, scratch, write } from '../../support/dossiers.ts';

const here = linuxHost();

const NOTHING: Expected = { hash: undefined, previous: undefined, allowed: undefined };

async function verify(directory: AbsolutePath, expected: Partial<Expected> = {}) {
  return verifyDossier(here, directory, { ...NOTHING, ...expected });
}

const OTHER = 'c'.repeat(64);

/** What is done to a dossier, and what has to be said then, and nothing else. */
const ALTERED: readonly (readonly [
  string,
  (at: (path: string) => string) => void,
  readonly object[],
])[] = [
  [
    'other bytes of the same size',
    (at) => writeFileSync(at('before/table.txt'), 'no RULES\n'),
    [{ kind: 'changed', path: 'before/table.txt' }],
  ],
  [
    'more bytes',
    (at) => appendFileSync(at('before/table.txt'), 'x'),
    [{ kind: 'resized', path: 'before/table.txt', expectedBytes: 9, foundBytes: 10 }],
  ],
  [
    'a file that is gone',
    (at) => rmSync(at('before/table.txt')),
    [{ kind: 'missing', path: 'before/table.txt' }],
  ],
  [
    'a file that came',
    (at) => writeFileSync(at('after/more\x1b.txt'), 'x'),
    [{ kind: 'extra', path: 'after/more\x1b.txt', entry: 'file' }],
  ],
  [
    'an empty directory that came',
    (at) => mkdirSync(at('empty')),
    [{ kind: 'extra', path: 'empty', entry: 'directory' }],
  ],
  [
    'another name',
    (at) => renameSync(at('before/table.txt'), at('before/rules.txt')),
    [{ kind: 'renamed', path: 'before/table.txt', to: 'before/rules.txt' }],
  ],
  [
    'two that changed places',
    (at) => {
      renameSync(at('before/table.txt'), at('x'));
      renameSync(at('after/table.txt'), at('before/table.txt'));
      renameSync(at('x'), at('after/table.txt'));
    },
    [{ kind: 'swapped', path: 'after/table.txt', with: 'before/table.txt' }],
  ],
  [
    'a link to the very same bytes',
    (at) => {
      copyFileSync(at('report.json'), at('../outside'));
      rmSync(at('report.json'));
      symlinkSync('../outside', at('report.json'));
    },
    [{ kind: 'notAFile', path: 'report.json', entry: 'symlink' }],
  ],
  [
    'a directory in the place of a file',
    (at) => {
      rmSync(at('report.json'));
      mkdirSync(at('report.json'));
    },
    [{ kind: 'notAFile', path: 'report.json', entry: 'directory' }],
  ],
  [
    'a journal without its last line',
    (at) => {
      const lines = readFileSync(at('journal.jsonl'), 'utf8').split('\n');
      writeFileSync(at('journal.jsonl'), `${lines.slice(0, 2).join('\n')}\n`);
    },
    [{ kind: 'journalCut', path: 'journal.jsonl', expectedLines: 3, foundLines: 2 }],
  ],
  [
    'a manifest that names another hash',
    (at) => {
      const text = readFileSync(at('manifest.json'), 'utf8');
      writeFileSync(at('manifest.json'), text.replace('"fix"', '"fox"'));
    },
    [{ kind: 'manifestEdited' }],
  ],
  [
    'a manifest of the same meaning in another spelling',
    (at) => appendFileSync(at('manifest.json'), '\n'),
    [{ kind: 'manifestUnreadable' }],
  ],
  [
    'a manifest that climbs out of the directory',
    (at) => {
      const text = readFileSync(at('manifest.json'), 'utf8');
      writeFileSync(at('manifest.json'), text.replace('before/table.txt', 'before/../../pass'));
    },
    [{ kind: 'manifestUnreadable' }],
  ],
  ['no manifest', (at) => rmSync(at('manifest.json')), [{ kind: 'manifestUnreadable' }]],
  [
    'a manifest cut off',
    (at) => truncateSync(at('manifest.json'), 100),
    [{ kind: 'manifestUnreadable' }],
  ],
  [
    'a manifest behind a link',
    (at) => {
      renameSync(at('manifest.json'), at('../m'));
      symlinkSync('../m', at('manifest.json'));
    },
    [{ kind: 'manifestUnreadable', reason: 'it is a symlink' }],
  ],
];

describe('a dossier', () => {
  it('that nobody touched is as it was written', async () => {
    using place = scratch();
    const directory = join(place.directory, 'd');
    const hash = await write(directory);
    const previous = { kind: 'hash', sha256: ABOUT.previous ?? '' } as const;
    const { alterations, manifest, sha256 } = await verify(directory, { hash, previous });
    expect(alterations).toEqual([]);
    expect(manifest?.files.map(({ path }) => path)).toEqual([
      'after/files/etc/audit/rules.d/zz-docker.rules',
      'after/table.txt',
      'before/table.txt',
      'journal.jsonl',
      'report.json',
    ]);
    expect(sha256).toBe(hash);
  });

  it.each(ALTERED)('with %s', async (_title, alter, said) => {
    using place = scratch();
    const directory = join(place.directory, 'd');
    const hash = await write(directory);
    alter((path) => join(directory, path));
    const { alterations } = await verify(directory, { hash });
    expect(alterations).toHaveLength(said.length);
    expect(alterations).toMatchObject(said);
  });

  it('with a FIFO in the place of a file is not waited for', async () => {
    using place = scratch();
    const directory = join(place.directory, 'd');
    await write(directory);
    rmSync(join(directory, 'report.json'));
    const argv = [absolutePath('/usr/bin/mkfifo'), join(directory, 'report.json')] as const;
    await here.run({ kind: 'command', argv, timeoutMs: 10_000 });
    const { alterations } = await verify(directory);
    expect(alterations).toEqual([{ kind: 'notAFile', path: 'report.json', entry: 'fifo' }]);
  });

  it('whose folder became a link holds none of its files', async () => {
    using place = scratch();
    const directory = join(place.directory, 'd');
    await write(directory);
    renameSync(join(directory, 'before'), join(place.directory, 'before'));
    symlinkSync('../before', join(directory, 'before'));
    const { alterations } = await verify(directory);
    expect(alterations).toEqual([
      { kind: 'missing', path: 'before/table.txt' },
      { kind: 'extra', path: 'before', entry: 'symlink' },
    ]);
  });

  it('with a second name of a listed file says which is extra', async () => {
    using place = scratch();
    const directory = join(place.directory, 'd');
    await write(directory);
    linkSync(join(directory, 'report.json'), join(directory, 'again.json'));
    const { alterations } = await verify(directory);
    expect(alterations).toEqual([{ kind: 'extra', path: 'again.json', entry: 'file' }]);
  });

  it('of another chain', async () => {
    using place = scratch();
    const directory = join(place.directory, 'd');
    const hash = await write(directory);
    const byHash = await verify(directory, { previous: { kind: 'hash', sha256: OTHER } });
    const byItself = await verify(directory, { previous: { kind: 'dossier', directory } });
    const broken = { kind: 'chainBroken', found: ABOUT.previous };
    expect(byHash.alterations).toEqual([{ ...broken, expected: OTHER }]);
    expect(byItself.alterations).toEqual([{ ...broken, expected: hash }]);
  });
});

describe('a signature', () => {
  it('is good by the key that may sign, and named where it is by another, wrong or gone', async () => {
    using place = scratch();
    const [directory, allowed] = [join(place.directory, 'd'), join(place.directory, 'allowed')];
    const [key, other] = [await makeKey(place.directory, 'k'), await makeKey(place.directory, 'o')];
    await write(directory, (manifest) => sign(here, { key }, manifest));
    const allow = (one: string) =>
      writeFileSync(allowed, `ann@example ${readFileSync(`${one}.pub`, 'utf8')}`);
    const asked = { allowed: { file: allowed, signer: 'ann@example' } };

    allow(key);
    const good = await verify(directory, asked);
    expect(good.signature).toMatchObject({ kind: 'good', by: 'ann@example' });
    expect(good.alterations).toEqual([]);
    expect((await verify(directory)).signature?.kind).toBe('bySomebody');

    allow(other);
    const byAnother = await verify(directory, asked);
    expect(byAnother.alterations).toMatchObject([{ kind: 'signature', is: 'byAnotherKey' }]);

    const manifest = readFileSync(join(directory, 'manifest.json'), 'utf8');
    writeFileSync(join(directory, 'manifest.json'), manifest.replace('web1', 'web2'));
    const edited = await verify(directory);
    expect(edited.alterations).toMatchObject([{ kind: 'signature', is: 'wrong' }]);

    rmSync(join(directory, 'manifest.json.sig'));
    const gone = await verify(directory);
    expect(gone.alterations).toMatchObject([{ kind: 'signature', is: 'missing' }]);
  });

  it('is refused, and asked for by nobody, where the key wants a passphrase', async () => {
    using place = scratch();
    const key = await makeKey(place.directory, 'k', 'secret');
    await expect(sign(here, { key }, new Uint8Array([1]))).rejects.toMatchObject({
      exitCode: 1,
      message: expect.stringContaining('it wants a passphrase'),
      advice: expect.stringContaining('DIR/manifest.json'),
    });
  });
});
