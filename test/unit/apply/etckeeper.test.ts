/** etckeeper is told of what is kept and what is undone, and can harm neither. Source: etckeeper 1.18.20. */

import { mkdirSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Command, Exit, Host } from '../../../src/host/host.ts';
import { nameOf } from '../../../src/paths.ts';
import { encode } from '../../../src/text.ts';
import { dockaudit } from '../../support/golden.ts';
import { listedOn, practised, type Practised } from '../../support/hosts.ts';

const OURS = 3;
const told = v.object({
  change: v.object({ state: v.string(), note: v.optional(v.string(), '') }),
  steps: v.array(v.object({ kind: v.string(), step: v.string() })),
});

interface Kept {
  readonly host: Host;
  /** What etckeeper was called with. */
  readonly calls: string[];
}

const exit = (status: number, stderr = ''): Exit => ({
  status,
  stdout: new Uint8Array(),
  stderr: encode(stderr),
});

/** `made` under etckeeper; `answers` stand in for the program, the last one stays. */
function kept(made: Practised, ...answers: readonly (Exit | Error)[]): Kept {
  mkdirSync(`${made.root}/etc/.git`);
  mkdirSync(`${made.root}/etc/etckeeper`);
  writeFileSync(`${made.root}/etc/etckeeper/etckeeper.conf`, 'VCS="git"\n');
  writeFileSync(`${made.root}/usr/bin/etckeeper`, '#!/bin/sh\n');
  const calls: string[] = [];
  const run = async (command: Command): Promise<Exit> => {
    const [program, ...args] = command.argv;
    if (nameOf(program) !== 'etckeeper') return made.host.run(command);
    const answer = answers[Math.min(calls.length, answers.length - 1)] ?? exit(1);
    calls.push(args.join(' '));
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { host: { ...made.host, run }, calls };
}

const CLEAN = exit(1);
const UNCLEAN = exit(0);
const DONE = exit(0);

async function fix({ host }: Kept, ...args: readonly string[]) {
  const ended = await dockaudit(host, ['fix', '--yes', '--format', 'json', ...args]);
  return { exit: ended.exit, ...v.parse(told, ended.report) };
}

describe('etckeeper', () => {
  it('commits a kept change where nothing else waits, and its undo', async () => {
    using made = await practised();
    const etc = kept(made, CLEAN, UNCLEAN, DONE, CLEAN, UNCLEAN, DONE);
    const { change, steps, exit: status } = await fix(etc);
    expect([status, change.state, change.note]).toEqual([0, 'kept', '']);
    expect(etc.calls).toEqual([
      'unclean',
      'unclean',
      expect.stringMatching(/^commit dockaudit: change \d{8}T\d{6}Z-[0-9a-f]{4}$/),
    ]);
    expect(steps.at(-1)).toEqual(
      expect.objectContaining({ kind: 'done', step: '/usr/bin/etckeeper commit' }),
    );
    expect(await listedOn(etc.host)).toHaveLength(OURS);

    const undone = await dockaudit(etc.host, ['rollback', '--yes', '--format', 'json']);
    expect(undone.exit).toBe(0);
    expect(etc.calls.slice(3)).toEqual([
      'unclean',
      'unclean',
      expect.stringMatching(/^commit dockaudit: change \S+ undone$/),
    ]);
  });

  it('is not told where other changes of /etc wait: they would go under our name', async () => {
    using made = await practised();
    const etc = kept(made, UNCLEAN);
    const { change } = await fix(etc);
    expect(etc.calls).toEqual(['unclean', 'unclean']);
    expect(change.note).toContain('other changes of /etc wait');
  });

  it('has nothing to commit where the repository ignores what was written', async () => {
    using made = await practised();
    const etc = kept(made, CLEAN);
    const { change } = await fix(etc);
    expect(etc.calls).toEqual(['unclean', 'unclean']);
    expect(change.note).toBe('');
  });

  it.each<readonly [string, readonly (Exit | Error)[], string]>([
    [
      'cannot commit',
      [CLEAN, UNCLEAN, exit(128, 'x\nfatal: no\x1b[2J')],
      'exit status 128: fatal: no',
    ],
    ['does not end', [CLEAN, UNCLEAN, { ...exit(124), trouble: 'timeout' }], 'did not end in time'],
    ['cannot be started', [CLEAN, UNCLEAN, new Error('EACCES')], 'EACCES'],
    [
      'cannot read its repository',
      [exit(1, 'fatal: dubious ownership\n')],
      'did not say what of /etc waits',
    ],
    ['cannot even be asked', [new Error('EIO')], 'EIO'],
  ])('that %s leaves the change kept, with a note', async (_what, answers, note) => {
    using made = await practised();
    const etc = kept(made, ...answers);
    const { change, exit: status } = await fix(etc);
    expect([status, change.state]).toEqual([0, 'kept']);
    expect(change.note).toContain(note);
    expect(change.note).not.toContain('\x1b');
    expect(await listedOn(etc.host)).toHaveLength(OURS);
  });

  it('hears nothing of a change that was rolled back by itself', async () => {
    using made = await practised();
    const etc = kept(made, CLEAN);
    const failing: Host = {
      ...etc.host,
      run: async (command) =>
        nameOf(command.argv[0]) === 'augenrules' ? exit(1) : etc.host.run(command),
    };
    const ended = await dockaudit(failing, ['fix', '--yes', '--format', 'json']);
    expect(ended.exit).toBe(4);
    expect(etc.calls).toEqual(['unclean']);
  });

  it('is not asked before a person has said yes, nor by a plan', async () => {
    using made = await practised();
    const etc = kept(made, CLEAN);
    expect((await dockaudit(etc.host, ['plan'])).exit).toBe(2);
    expect((await dockaudit(etc.host, ['fix'])).exit).toBe(2);
    expect(etc.calls).toEqual([]);
  });
});
