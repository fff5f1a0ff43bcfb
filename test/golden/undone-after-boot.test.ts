/**
 * The undo of a change that waited for a boot, once that boot has come: the rules that it brought are
 * ours, though the change itself added none. Source: Debian 12 in a virtual machine, test/machine.
 */

import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dockaudit } from '../support/golden.ts';
import { listedOn, practised, type } from '../support/hosts.ts';

const REBOOT = '/usr/bin/systemctl reboot';
const LOCK = '/etc/audit/rules.d/99-finalize.rules';

describe('a change that waited for a reboot is undone after it', () => {
  it('where the kernel is locked again: the files at once, the table with the next boot', async () => {
    using made = await practised('immutable');
    expect((await dockaudit(made.host, ['fix', '--yes'])).exit).toBe(3);
    await type(made.host, REBOOT);
    expect(await listedOn(made.host)).toHaveLength(3);

    const undone = await dockaudit(made.host, ['rollback', '--yes']);
    expect(undone.exit).toBe(3);
    expect(undone.stdout).toContain('no rules of others');
    await type(made.host, REBOOT);
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });

  it('where nothing locks it any more: files and table at once', async () => {
    using made = await practised('immutable');
    expect((await dockaudit(made.host, ['fix', '--yes'])).exit).toBe(3);
    rmSync(made.root + LOCK);
    await type(made.host, REBOOT);
    expect(await listedOn(made.host)).toHaveLength(3);

    expect((await dockaudit(made.host, ['rollback', '--yes'])).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });
});
