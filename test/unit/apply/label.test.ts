/** SELinux: what was written anew gets its label before anything loads it; elsewhere nothing is run. */

import { describe, expect, it } from 'vitest';
import type { Host } from '../../../src/host/host.ts';
import { absolutePath, nameOf } from '../../../src/paths.ts';
import { dockaudit, goldenHost, parseManifest, readFailure } from '../../support/golden.ts';
import { faulty } from '../../support/faults.ts';
import { listedOn } from '../../support/hosts.ts';

const OURS = '/etc/audit/rules.d/zz-docker.rules';
const RESTORECON = 'run /usr/sbin/restorecon';
const PROGRAM = { '/usr/sbin/restorecon': ['the program'] };
const ENFORCE = { '/sys/fs/selinux/enforce': ['1'] };

function hostWith(files: Readonly<Record<string, readonly string[]>>) {
  const expected = { exit: 2, verdicts: {} };
  return goldenHost(
    parseManifest(
      JSON.stringify({ situation: 'SELinux', source: 'design §4a 5', files, expected }),
    ),
  );
}

/** The practice host knows no restorecon: this one does, and it ends with `status`. */
function labelling(host: Host, status: number): Host {
  return {
    ...host,
    run: async (command) =>
      nameOf(command.argv[0]) === 'restorecon'
        ? { status, stdout: new Uint8Array(), stderr: new Uint8Array() }
        : host.run(command),
  };
}

describe('restorecon', () => {
  it('runs for our file after it is written and before it is loaded', async () => {
    using made = await hostWith({ ...PROGRAM, ...ENFORCE });
    const { host, effects } = faulty(labelling(made.host, 0), 'before', 0);
    expect((await dockaudit(host, ['--yes'])).exit).toBe(0);
    const told = effects.filter((effect) => /^replace \/etc|restorecon|augenrules/.test(effect));
    expect(told).toEqual([
      `replace ${OURS}`,
      `${RESTORECON} ${OURS}`,
      'run /usr/sbin/augenrules --load',
    ]);
  });

  it('runs for what an undo writes again, and not for what it takes away', async () => {
    using made = await hostWith({ ...PROGRAM, ...ENFORCE });
    expect((await dockaudit(labelling(made.host, 0), ['--yes'])).exit).toBe(0);
    const { host, effects } = faulty(labelling(made.host, 0), 'before', 0);
    const ended = await dockaudit(host, ['rollback', '--yes']);
    expect(ended.exit, ended.stdout).toBe(0);
    const restored = effects.flatMap((effect) =>
      effect.startsWith('replace /etc/audit/') ? [effect.replace('replace ', '')] : [],
    );
    expect(restored).toContain('/etc/audit/audit.rules');
    expect(effects.filter((effect) => effect.startsWith(RESTORECON))).toEqual(
      restored.map((path) => `${RESTORECON} ${path}`),
    );
  });

  it('that fails undoes the change', async () => {
    using made = await hostWith({ ...PROGRAM, ...ENFORCE });
    const ended = await dockaudit(labelling(made.host, 1), ['--yes', '--format', 'json']);
    expect(ended.exit).toBe(4);
    expect(readFailure(ended).message).toContain('restorecon');
    expect(await made.host.look(absolutePath(OURS))).toBeUndefined();
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });

  it.each([
    { when: 'SELinux is off', files: PROGRAM },
    { when: 'there is no such program', files: ENFORCE },
  ])('does not run where $when', async ({ files }) => {
    using made = await hostWith(files);
    const { host, effects } = faulty(labelling(made.host, 0), 'before', 0);
    expect((await dockaudit(host, ['--yes'])).exit).toBe(0);
    expect(effects).toContain(`replace ${OURS}`);
    expect(effects.filter((effect) => effect.includes('restorecon'))).toEqual([]);
  });
});
