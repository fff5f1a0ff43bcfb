/** A file of ours that somebody removed: said by every look and by the history, and put back. */

import { readFileSync, renameSync, rmSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { dockaudit, readReport } from '../../support/golden.ts';
import { practised, type Practised } from '../../support/hosts.ts';

const OURS = '/etc/audit/rules.d/zz-docker.rules';
const hosted = v.object({ host: v.object({ notes: v.array(v.string()) }) });
const history = v.object({
  changes: v.array(v.object({ id: v.string(), vanished: v.array(v.string()) })),
});

async function run(made: Practised, ...args: readonly string[]) {
  return dockaudit(made.host, [...args, '--format', 'json']);
}

async function notesOf(made: Practised, ...args: readonly string[]) {
  const { notes } = v.parse(hosted, (await run(made, ...args)).report).host;
  return notes.filter((note) => note.includes('removed by someone else'));
}

async function changes(made: Practised) {
  return v.parse(history, (await run(made, 'history')).report).changes;
}

describe('a file of ours that is gone', () => {
  it('was removed by someone else: check, plan and history say so, and a fix puts it back', async () => {
    using made = await practised();
    await run(made, 'fix', '--yes');
    const before = readFileSync(made.root + OURS, 'utf8');
    expect(await notesOf(made, 'check')).toEqual([]);
    rmSync(made.root + OURS);

    const [change] = await changes(made);
    expect(change?.vanished).toEqual([OURS]);
    const told = `${OURS} was removed by someone else since change ${change?.id}: a fix writes what is wanting`;
    expect(await notesOf(made, 'check')).toEqual([told]);
    expect(await notesOf(made, 'plan')).toEqual([told]);
    expect((await dockaudit(made.host, ['history'])).stdout).toContain(
      `${OURS} (removed by someone else)`,
    );

    const fixed = await run(made, 'fix', '--yes');
    expect(readReport(fixed).findings.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
    expect(readFileSync(made.root + OURS, 'utf8')).toBe(before);
    expect(await notesOf(made, 'check')).toEqual([]);
    expect((await changes(made)).map(({ vanished }) => vanished)).toEqual([[], []]);
  });

  it('was not removed by anybody else where a rollback of ours took it', async () => {
    using made = await practised();
    await run(made, 'fix', '--yes');
    await run(made, 'rollback', '--yes');
    expect(await notesOf(made, 'check')).toEqual([]);
  });

  it('is told of the latest change that left it there', async () => {
    using made = await practised();
    await run(made, 'fix', '--yes', '--control', '1.2.3');
    await run(made, 'fix', '--yes', '--control', '1.2.7');
    await run(made, 'rollback', '--yes');
    const [undone, kept] = await changes(made);
    renameSync(made.root + OURS, `${made.root}${OURS}.off`);
    const [note] = await notesOf(made, 'check');
    expect(note).toContain(`since change ${kept?.id}:`);
    expect(note).not.toContain(undone?.id);
  });
});
