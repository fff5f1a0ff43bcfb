/** All is back, and only the journal cannot be told: that is no failure to go back. */

import { describe, expect, it } from 'vitest';
import { HostFailure } from '../../src/errors.ts';
import type { Host } from '../../src/host/host.ts';
import { dockaudit, readFailure } from '../support/golden.ts';
import { practised, type Practised } from '../support/hosts.ts';
import { ended, misbehaving } from '../support/misbehaving.ts';
import { standing } from '../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const UNTOLD = 'all is as before, but the journal could not be told: cannot write: no space';

/** Whose store takes nothing more from the `nth` line of a journal on. */
function full({ host }: Practised, nth: number): Host {
  let count = 0;
  return {
    ...host,
    replace: async (path, image) => {
      if (path.endsWith('journal.jsonl') && (count += 1) >= nth)
        throw new HostFailure('cannot write: no space', 'df -h', 'ENOSPC');
      return host.replace(path, image);
    },
  };
}

describe('a store that is full once', () => {
  it('a change has begun: it goes back by itself, with 4', async () => {
    using made = await practised();
    const before = await standing(made);
    // Prepared; then the load fails, and no line of the undo can be written.
    const host = misbehaving(full(made, 2), { 'augenrules --load': async () => ended(1) });
    const end = await dockaudit(host, FIX);
    expect(end.exit, end.stdout).toBe(4);
    expect(readFailure(end).advice).toContain(UNTOLD);
    expect(readFailure(end).advice).not.toContain('auditctl -W');
    expect(await standing(made)).toEqual(before);
    // There is room again: the next run tells it, and goes on.
    const recovered = await dockaudit(made.host, ['recover', '--yes', '--format', 'json']);
    expect(recovered.exit, recovered.stdout).toBe(0);
    expect(await standing(made)).toEqual(before);
    expect((await dockaudit(made.host, ['history'])).stdout).toContain('rolled back');
  });

  it('an undo has begun: it is done, with 0 and a word', async () => {
    using made = await practised();
    const before = await standing(made);
    expect((await dockaudit(made.host, FIX)).exit).toBe(0);
    const end = await dockaudit(full(made, 2), ['rollback', '--yes', '--format', 'json']);
    expect(end.exit, end.stdout).toBe(0);
    expect(end.stderr).toContain(UNTOLD);
    expect(end.stdout).toContain('"state": "rolledBack"');
    expect((await standing(made)).kernel).toEqual(before.kernel);
    const again = await dockaudit(full(made, 1), ['recover', '--yes', '--format', 'json']);
    expect(again.exit, again.stdout).toBe(0);
    expect(again.stderr).toContain(UNTOLD);
  });
});
