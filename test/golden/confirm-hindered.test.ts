/** A change that nobody confirms, and whose undo meets somebody's edit, or a host that cannot be looked at. */

import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { encode } from '../../src/text.ts';
import { watched, type Watched } from '../support/confirming.ts';
import { dockaudit, readFailure } from '../support/golden.ts';
import { listedOn, type } from '../support/hosts.ts';

const FIX = ['--yes', '--confirm-within', '120s', '--format', 'json'];
const LATE_MS = 121_000;
const OURS = '/etc/audit/rules.d/zz-docker.rules';
const EDITED = '-w /usr/sbin/dockerd -p wa -k mine';

async function fixed(made: Watched): Promise<string> {
  await dockaudit(made.host, FIX);
  return (await made.changes())[0]?.record.id ?? '';
}

const flat = (text: string): string => text.replace(/\s+/g, ' ');
const rulesIn = (made: Watched): readonly string[] =>
  readFileSync(made.root + OURS, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('-'));

function edit(made: Watched): void {
  const text = readFileSync(made.root + OURS, 'utf8');
  writeFileSync(made.root + OURS, text.replace('-w /usr/sbin/dockerd -k docker', EDITED));
}

describe('a line of ours that somebody edited while the change waited', () => {
  it.each([
    ['and loaded', true, [EDITED]],
    ['and did not load', false, ['No rules']],
  ])('stays, %s, and all the rest goes', async (_what, isLoaded, listing) => {
    using made = await watched();
    const id = await fixed(made);
    edit(made);
    if (isLoaded) await type(made.host, '/usr/sbin/augenrules --load');
    expect((await dockaudit(made.host, ['expire', id])).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(listing);
    expect(rulesIn(made)).toEqual([EDITED]);
    const [change] = await made.changes();
    expect(change?.state).toBe('rolledBack');
    const history = flat((await dockaudit(made.host, ['history'])).stdout);
    expect(history).toContain(
      `not confirmed; '${OURS}' was edited since: what somebody wrote there stays (20`,
    );
    // And it stands in nobody's way.
    expect((await dockaudit(made.host, ['--yes'])).exit).toBe(0);
  });

  it('is still in the way of a person, who can mend that', async () => {
    using made = await watched();
    const id = await fixed(made);
    edit(made);
    const ended = await dockaudit(made.host, ['rollback', id, '--yes', '--format', 'json']);
    expect(ended.exit).toBe(1);
    expect(readFailure(ended).message).toContain('was edited since, at line');
    expect((await made.changes())[0]?.state).toBe('unconfirmed');
  });
});

/** Whose kernel gives no answer for as long as that. */
const mute = (made: Watched): Host => ({
  ...made.host,
  ask: async (query) =>
    query.argv.includes('-l')
      ? { status: 255, stdout: new Uint8Array(), stderr: encode('Error\n') }
      : made.host.ask(query),
});

describe('an undo that cannot begin', () => {
  it('is told by history, check, fix and confirm, which name what helps, and it does', async () => {
    using made = await watched();
    const id = await fixed(made);
    const hindered = await dockaudit(mute(made), ['expire', id]);
    expect(hindered.exit).not.toBe(0);
    const [change] = await made.changes();
    expect(change?.state).toBe('unconfirmed');
    expect(change?.note).toMatch(/^could not be undone: /);
    expect(change?.deadline?.watcher).toBe('process');
    made.clock.move(LATE_MS);
    for (const command of ['check', 'history']) {
      const { stdout, stderr } = await dockaudit(made.host, [command]);
      expect(flat(stdout + stderr)).toMatch(
        /and could not be undone: .* \(20\d\d-.*\): 'dockaudit/,
      );
      expect(flat(stdout + stderr)).toContain(`'dockaudit rollback ${id}' does`);
    }
    for (const args of [FIX, ['confirm', '--format', 'json']]) {
      const { advice } = readFailure(await dockaudit(mute(made), args));
      expect(advice).toContain(`then undo it: dockaudit rollback ${id}`);
    }
    expect((await dockaudit(made.host, ['rollback', id, '--yes'])).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });
});
