/** etckeeper hears of a change that is confirmed or recovered by a later run. Source: etckeeper 1.18.20, git 2.39. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Command, Exit, Host } from '../../../src/host/host.ts';
import { nameOf } from '../../../src/paths.ts';
import { encode } from '../../../src/text.ts';
import { faulty } from '../../support/faults.ts';
import { dockaudit } from '../../support/golden.ts';
import { watched, type Watched } from '../../support/confirming.ts';

const WAITS = ['--yes', '--confirm-within', '120s'];
const STATUS = 'vcs status --porcelain --no-renames --untracked-files=all -z';
/** As git printed it, with a file that was changed and one that is new. */
const OURS = ' M audit/audit.rules\0?? audit/rules.d/zz-docker.rules\0';

/** `made` under etckeeper, in whose repository `waits` is what `git status` says. */
function kept(made: Watched, waits: string, repository = '.git', status = 0) {
  mkdirSync(`${made.root}/etc/${repository}`);
  mkdirSync(`${made.root}/etc/etckeeper`);
  writeFileSync(`${made.root}/etc/etckeeper/etckeeper.conf`, '');
  writeFileSync(`${made.root}/usr/bin/etckeeper`, '#!/bin/sh\n');
  const calls: string[] = [];
  const run = async (command: Command): Promise<Exit> => {
    const [program, ...args] = command.argv;
    if (nameOf(program) !== 'etckeeper') return made.host.run(command);
    calls.push(args.join(' '));
    const stderr = new Uint8Array();
    if (args[0] === 'vcs') return { status, stdout: encode(waits), stderr };
    return { status: 0, stdout: new Uint8Array(), stderr };
  };
  const host: Host = { ...made.host, run };
  return { host, calls };
}

describe('etckeeper, told by a later run', () => {
  it('commits a change that is confirmed, if nothing but its files waits', async () => {
    using made = await watched();
    const etc = kept(made, OURS);
    await dockaudit(etc.host, WAITS);
    expect(etc.calls).toEqual(['unclean']);
    const ended = await dockaudit(etc.host, ['confirm']);
    const [change] = await made.changes();
    expect(etc.calls.slice(1)).toEqual([
      STATUS,
      'unclean',
      `commit dockaudit: change ${change?.record.id}`,
    ]);
    expect([ended.exit, ended.stderr]).toEqual([0, '']);
  });

  it.each([
    { to: 'before', file: 10, commit: /^commit dockaudit: change \S+ undone$/ },
    { to: 'after', file: 10, commit: /^commit dockaudit: change \S+-[\da-f]{4}$/ },
  ])('commits a change that is recovered: $to', async ({ to, file, commit }) => {
    using made = await watched();
    const etc = kept(made, OURS);
    const { host } = faulty(etc.host, 'stop', file);
    await dockaudit({ ...host, exclusively: (_lock, task) => task() }, ['--yes']);
    writeFileSync(`${made.root}/etc/audit/rules.d/.dockaudit-4194303-1-1.tmp`, '');
    const before = etc.calls.length;
    expect((await dockaudit(etc.host, ['recover', '--to', to])).exit).toBe(0);
    expect(etc.calls.slice(before)).toEqual([STATUS, 'unclean', expect.stringMatching(commit)]);
  });

  it.each([
    ['other files wait', `${OURS} M passwd\0`, '.git', 0, 'other changes of /etc wait'],
    ['git cannot say', '', '.git', 128, 'did not say what of /etc waits'],
    ['it is not git', '', '.hg', 0, 'did not say what of /etc waits'],
  ])('leaves it, and says so, where %s', async (_what, waits, repository, status, note) => {
    using made = await watched();
    const etc = kept(made, waits, repository, status);
    await dockaudit(etc.host, WAITS);
    const ended = await dockaudit(etc.host, ['confirm']);
    expect(ended.exit).toBe(0);
    expect(ended.stderr).toContain(note);
    expect(etc.calls.filter((call) => call.startsWith('commit'))).toEqual([]);
    expect((await made.changes())[0]?.state).toBe('kept');
  });
});
