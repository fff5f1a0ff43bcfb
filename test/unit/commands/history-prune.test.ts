/** The last twenty changes are kept, and with them all that an undo or a look may need. */

import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { HostFailure } from '../../../src/errors.ts';
import type { AbsolutePath } from '../../../src/paths.ts';
import { dockaudit } from '../../support/golden.ts';
import { listedOn, practised, type Practised } from '../../support/hosts.ts';

const fix = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['--yes', '--format', 'json', ...args]);
const rollback = (made: Practised) =>
  dockaudit(made.host, ['rollback', '--yes', '--format', 'json']);

const directory = (made: Practised): string => `${made.root}/var/lib/dockaudit/changes`;
const ids = (made: Practised): readonly string[] => readdirSync(directory(made)).toSorted();

/** Copies the latest change `count` times, each a second older than the one before. */
function age(made: Practised, count: number): readonly string[] {
  const latest = ids(made).at(-1) ?? '';
  const journal = readFileSync(join(directory(made), latest, 'journal.jsonl'), 'utf8');
  const first: { time: string } = JSON.parse(journal.split('\n')[0] ?? '');
  return Array.from({ length: count }, (_, index) => {
    const time = new Date(Date.parse(first.time) - (index + 1) * 1000).toISOString();
    const id = `${time.replace(/[-:]|\.\d+/g, '')}-0000`;
    const copy = join(directory(made), id);
    mkdirSync(copy, { recursive: true });
    cpSync(join(directory(made), latest), copy, { recursive: true });
    writeFileSync(
      join(copy, 'journal.jsonl'),
      journal.replaceAll(latest, id).replaceAll(first.time, time),
    );
    return id;
  });
}

const pruned = v.object({
  prune: v.object({
    ids: v.array(v.string()),
    bytes: v.number(),
    stay: v.number(),
    isDone: v.boolean(),
  }),
});
const prune = async (made: Practised, ...args: readonly string[]) => {
  const ended = await dockaudit(made.host, ['history', 'prune', '--format', 'json', ...args]);
  return { exit: ended.exit, ...v.parse(pruned, ended.report).prune };
};

describe('a new change', () => {
  it('leaves the latest twenty, itself among them', async () => {
    using made = await practised();
    await fix(made);
    await rollback(made);
    const old = age(made, 24);
    expect((await fix(made)).exit).toBe(0);
    expect(ids(made)).toHaveLength(20);
    expect(ids(made)).toEqual(expect.arrayContaining(old.slice(0, 18)));
  });

  it('is made all the same where an old one cannot go', async () => {
    using made = await practised();
    await fix(made);
    await rollback(made);
    age(made, 24);
    const refused: string[] = [];
    const remove = async (path: AbsolutePath): Promise<void> => {
      if (!path.includes('/changes/')) return made.host.remove(path);
      refused.push(path);
      throw new HostFailure(`cannot remove '${path}': it is in use`, 'fuser -v', 'EBUSY');
    };
    const host = { ...made.host, remove };
    expect((await dockaudit(host, ['--yes', '--format', 'json'])).exit).toBe(0);
    expect(refused).not.toEqual([]);
    expect(await listedOn(made.host)).toHaveLength(3);
  });
});

describe('history prune', () => {
  it('forgets all but N, and says which and how many bytes', async () => {
    using made = await practised();
    await fix(made);
    await rollback(made);
    const old = age(made, 5);
    const size = readdirSync(join(directory(made), old[4] ?? ''))
      .map((name) => statSync(join(directory(made), old[4] ?? '', name)).size)
      .reduce((sum, bytes) => sum + bytes, 0);
    const asked = await prune(made, '--keep', '5');
    expect(asked).toEqual({ exit: 2, ids: [old[4]], bytes: size, stay: 5, isDone: false });
    expect(ids(made)).toHaveLength(6);
    expect(await prune(made, '--keep', '5', '--yes')).toMatchObject({ exit: 0, isDone: true });
    expect(ids(made)).toEqual(expect.not.arrayContaining([old[4]]));
    expect(ids(made)).toHaveLength(5);
    expect(await prune(made, '--yes')).toMatchObject({ exit: 0, ids: [], stay: 5 });
  });

  it('never forgets a change whose lines still stand: the journal is how we know them', async () => {
    using made = await practised();
    await fix(made, '--control', '1.2.3');
    await fix(made, '--control', '1.2.7');
    expect(await prune(made, '--keep', '0', '--yes')).toMatchObject({ ids: [], stay: 2 });
    await dockaudit(made.host, ['remove', '--yes']);
    expect(await prune(made, '--keep', '0', '--yes')).toMatchObject({ stay: 0 });
    expect(ids(made)).toEqual([]);
  });

  it.each(['prepared', 'written', 'activated', 'needsPerson', 'unconfirmed'])(
    'never forgets one that is %s',
    async (state) => {
      using made = await practised();
      await fix(made);
      await rollback(made);
      const journal = join(directory(made), ids(made)[0] ?? '', 'journal.jsonl');
      const text = readFileSync(journal, 'utf8');
      writeFileSync(journal, text.replaceAll('"state":"rolledBack"', `"state":"${state}"`));
      expect(await prune(made, '--keep', '0', '--yes')).toMatchObject({ ids: [], stay: 1 });
    },
  );

  it('is for root alone to look into: directories 0700, files 0600', async () => {
    using made = await practised();
    await fix(made);
    const state = `${made.root}/var/lib/dockaudit`;
    const modes = readdirSync(state, { recursive: true, withFileTypes: true }).map((entry) => [
      entry.isDirectory(),
      statSync(join(entry.parentPath, entry.name)).mode & 0o777,
    ]);
    expect(statSync(state).mode & 0o777).toBe(0o700);
    for (const [isDirectory, mode] of modes) expect(mode).toBe(isDirectory ? 0o700 : 0o600);
    expect(modes.length).toBeGreaterThan(4);
  });
});
