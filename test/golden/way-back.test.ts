/** An undo that could not be made to the end does not begin; what the loader makes is made anew. */

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { nameOf } from '../../src/paths.ts';
import { encode } from '../../src/text.ts';
import { cutOffOnceLoaded } from '../support/cut-off.ts';
import { dockaudit, readFailure } from '../support/golden.ts';
import { listedOn, practised, type Practised } from '../support/hosts.ts';
import { standing } from '../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const UNDO = ['rollback', '--yes', '--format', 'json'];
const RECOVER = ['recover', '--yes', '--format', 'json'];
const OURS = '/etc/audit/rules.d/zz-docker.rules';
const GENERATED = '/etc/audit/audit.rules';

/** The newest change's copies of files whose name ends so. */
function images({ root }: Practised, end: string): readonly string[] {
  const changes = join(root, 'var/lib/dockaudit/changes');
  const directory = join(changes, readdirSync(changes).toSorted().at(-1) ?? '');
  const names = readdirSync(directory).filter((name) => /^\d/.test(name) && name.endsWith(end));
  expect(names.length).toBeGreaterThan(0);
  return names.map((name) => join(directory, name));
}

const LOSSES: readonly (readonly [string, (path: string) => void])[] = [
  ['gone', (path) => rmSync(path)],
  ['altered', (path) => writeFileSync(path, '# something else\n')],
];

describe.each(LOSSES)('a before-image that is %s', (_what, lose) => {
  it('of the generated file: it is made anew of its sources', async () => {
    using made = await practised();
    const before = readFileSync(made.root + GENERATED, 'utf8');
    const { kernel } = await standing(made);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    images(made, '-audit.rules').forEach(lose);
    const ended = await dockaudit(made.host, UNDO);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(readFileSync(made.root + GENERATED, 'utf8')).toBe(before);
    expect((await standing(made)).kernel).toEqual(kernel);
    expect(ended.stdout).toContain(`the copy of '${GENERATED}' is gone or altered`);
  });

  it('of a file that we edited: nothing is undone, and it is named', async () => {
    using made = await practised();
    expect((await dockaudit(made.host, [...FIX, '--control', '1.2.3'])).exit).toBe(0);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    const after = await standing(made);
    images(made, '-zz-docker.rules').forEach(lose);
    const ended = await dockaudit(made.host, UNDO);
    expect(ended.exit, ended.stdout).toBe(1);
    expect(readFailure(ended).message).toContain(`what '${OURS}' was before it is gone or altered`);
    expect(await standing(made)).toEqual(after);
    // And what the advice names helps.
    expect((await dockaudit(made.host, ['remove', '--yes'])).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });

  it('of a change that was cut off: the same, either way', async () => {
    using made = await practised();
    const before = readFileSync(made.root + GENERATED, 'utf8');
    const { kernel } = await standing(made);
    await cutOffOnceLoaded(made);
    expect((await standing(made)).kernel).not.toEqual(kernel);
    images(made, '-audit.rules').forEach(lose);
    const ended = await dockaudit(made.host, RECOVER);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(readFileSync(made.root + GENERATED, 'utf8')).toBe(before);
    expect((await standing(made)).kernel).toEqual(kernel);
  });
});

it('a file that was made immutable since: the undo does not begin', async () => {
  using made = await practised();
  expect((await dockaudit(made.host, FIX)).exit).toBe(0);
  const after = await standing(made);
  mkdirSync(`${made.root}/usr/bin`, { recursive: true });
  writeFileSync(`${made.root}/usr/bin/lsattr`, '');
  const host: Host = {
    ...made.host,
    ask: async (query) =>
      nameOf(query.argv[0]) === 'lsattr'
        ? { status: 0, stdout: encode(`----i---- ${OURS}\n`), stderr: new Uint8Array() }
        : made.host.ask(query),
  };
  const ended = await dockaudit(host, UNDO);
  expect(ended.exit, ended.stdout).toBe(1);
  expect(readFailure(ended).advice).toBe(`'chattr -i ${OURS}' ends that`);
  expect(await standing(made)).toEqual(after);
  expect((await dockaudit(made.host, UNDO)).exit).toBe(0);
});
