/** A loader that loads what was promised and leaves another file than the plan showed is not believed. */

import { appendFileSync, truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dockaudit, readFailure } from '../support/golden.ts';
import { practised, type Practised } from '../support/hosts.ts';
import { misbehaving } from '../support/misbehaving.ts';
import { standing } from '../support/standing.ts';

const FIX = ['fix', '--yes', '--format', 'json'];
const GENERATED = '/etc/audit/audit.rules';

describe('after a load that ended well, the generated file', () => {
  it.each<[string, (made: Practised) => void]>([
    ['is empty', ({ root }) => truncateSync(root + GENERATED)],
    ['has a line more', ({ root }) => appendFileSync(root + GENERATED, '-w /etc/issue -p wa\n')],
  ])('%s: nothing is kept', async (_what, spoil) => {
    using made = await practised();
    const before = await standing(made);
    const host = misbehaving(made.host, {
      'augenrules --load': async ({ real }) => {
        const exit = await real();
        spoil(made);
        return exit;
      },
    });
    const ended = await dockaudit(host, FIX);
    expect(ended.exit, ended.stdout).toBe(4);
    expect(readFailure(ended).message).toContain(`'${GENERATED}' is not what the plan showed`);
    expect(await standing(made)).toEqual(before);
  });
});
