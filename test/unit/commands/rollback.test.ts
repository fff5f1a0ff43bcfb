/** Going back when asked: to what was, unless somebody has worked there since. */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { HostFailure } from '../../../src/errors.ts';
import type { Host } from '../../../src/host/host.ts';
import { dockaudit, readFailure, readReport } from '../../support/golden.ts';
import { listedOn, practised, type, type Practised } from '../../support/hosts.ts';

const OURS = '/etc/audit/rules.d/zz-docker.rules';
const SITE = '-w /etc/hostname -p wa -k site';

const fix = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['--yes', '--format', 'json', ...args]);
const rollback = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['rollback', '--yes', '--format', 'json', ...args]);

const history = v.object({ changes: v.array(v.object({ id: v.string(), state: v.string() })) });

async function changes(made: Practised) {
  const { report } = await dockaudit(made.host, ['history', '--format', 'json']);
  return v.parse(history, report).changes;
}

describe('rollback', () => {
  it('takes the latest change back, and then the one before it', async () => {
    using made = await practised();
    await fix(made, '--control', '1.2.3');
    const first = readFileSync(made.root + OURS, 'utf8');
    await fix(made, '--control', '1.2.7');
    expect(await listedOn(made.host)).toHaveLength(3);

    expect((await rollback(made)).exit).toBe(0);
    expect(await listedOn(made.host)).toHaveLength(2);
    expect(readFileSync(made.root + OURS, 'utf8')).toBe(first);

    expect((await rollback(made)).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(['No rules']);
    expect((await changes(made)).map(({ state }) => state)).toEqual(['rolledBack', 'rolledBack']);
  });

  it('finds nothing more to undo after that', async () => {
    using made = await practised();
    await fix(made);
    await rollback(made);
    const again = await rollback(made);
    expect(again.exit).toBe(64);
    expect(readFailure(again).message).toContain('no change to undo');
  });

  it('takes what a person undid by hand for undone, not for edited', async () => {
    using made = await practised();
    await fix(made);
    rmSync(made.root + OURS);
    await type(made.host, '/usr/sbin/augenrules --load');
    expect((await rollback(made)).exit).toBe(0);
    expect((await changes(made)).map(({ state }) => state)).toEqual(['rolledBack']);
  });

  it('stands where the host cannot be looked at any more once all is undone: 4, and why', async () => {
    using made = await practised();
    await fix(made);
    const host: Host = {
      ...made.host,
      list: async (path) => {
        // The list of the changes, which the report would tell of the undone one from.
        if (path.endsWith('/changes') && !existsSync(made.root + OURS))
          throw new HostFailure(
            `cannot list '${path}': the device reported an error`,
            'dmesg',
            'EIO',
          );
        return made.host.list(path);
      },
    };
    const ended = await dockaudit(host, ['rollback', '--yes', '--format', 'json']);
    expect(ended.exit).toBe(4);
    expect(readFailure(ended).message).toMatch(
      /^change \S+ was undone, and then the host could not/,
    );
    expect(await listedOn(made.host)).toEqual(['No rules']);
    expect((await changes(made)).map(({ state }) => state)).toEqual(['rolledBack']);
  });

  it('judges the controls that the change was about, whatever this run would judge', async () => {
    using made = await practised();
    await fix(made, '--benchmark', 'cis-docker-1.6.0', '--control', '1.1.7');
    const undone = await rollback(made);
    expect(readReport(undone).findings.map(({ control }) => control)).toEqual(['1.1.7']);
  });

  it('does not undo a change twice', async () => {
    using made = await practised();
    await fix(made);
    const [change] = await changes(made);
    await rollback(made, change?.id ?? '');
    const again = await rollback(made, change?.id ?? '');
    expect([again.exit, readFailure(again).message]).toEqual([
      64,
      expect.stringContaining('undone already'),
    ]);
  });

  it('names the change that was probably meant', async () => {
    using made = await practised();
    await fix(made);
    const [change] = await changes(made);
    const id = change?.id ?? '';
    const asked = await rollback(made, `${id.slice(0, -1)}x`);
    expect([asked.exit, readFailure(asked).advice]).toEqual([64, expect.stringContaining(id)]);
  });

  it.each(['../../etc', '.', 'lock', ''])('takes %j for no change', async (id) => {
    using made = await practised();
    await fix(made);
    expect((await rollback(made, id)).exit).toBe(64);
    expect(await listedOn(made.host)).toHaveLength(3);
  });

  it('takes out ours alone where others have loaded rules meanwhile', async () => {
    using made = await practised();
    await fix(made);
    await type(made.host, `/sbin/auditctl ${SITE}`);
    expect((await rollback(made)).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual([SITE]);
  });

  it('takes out ours alone after a reboot', async () => {
    using made = await practised();
    await fix(made);
    await type(made.host, '/usr/bin/systemctl reboot');
    expect(await listedOn(made.host)).toHaveLength(3);
    expect((await rollback(made)).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });

  it('keeps rules of an agent in their order', async () => {
    using made = await practised('kernel-only-rules');
    const before = await listedOn(made.host);
    await fix(made);
    expect((await listedOn(made.host)).slice(0, before.length)).toEqual(before);
    expect((await rollback(made)).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(before);
  });

  it('stops auditd again where the change had started it', async () => {
    using made = await practised('auditd-stopped');
    await fix(made);
    expect((await type(made.host, '/sbin/auditctl -s')).stdout).not.toContain('\npid 0\n');
    expect((await rollback(made)).exit).toBe(0);
    expect((await type(made.host, '/sbin/auditctl -s')).stdout).toContain('\npid 0\n');
  });

  it('changes nothing where nobody can be asked', async () => {
    using made = await practised();
    await fix(made);
    expect((await dockaudit(made.host, ['rollback'])).exit).toBe(2);
    expect(await listedOn(made.host)).toHaveLength(3);
  });
});
