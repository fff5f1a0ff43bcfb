/** The proof that others lost nothing: how many rules of theirs there are, and a hash anybody can make. */

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../src/host/host.ts';
import { dockaudit, readFailure, type Ended } from '../support/golden.ts';
import { listedOn, practised } from '../support/hosts.ts';
import { ended, halfLoaded, misbehaving } from '../support/misbehaving.ts';
import { SITE, SITE_FILE, withAgent, withOthers } from '../support/others.ts';

const JSON_FIX = ['fix', '--yes', '--format', 'json'];
const JSON_UNDO = ['rollback', '--yes', '--format', 'json'];

/** As `auditctl -l | grep -v docker | sha256sum` would. */
async function hashOn(host: Host): Promise<string> {
  const lines = (await listedOn(host)).filter((line) => !/docker|^No rules$/.test(line));
  return createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex');
}

const reported = v.object({ change: v.object({ foreign: v.unknown() }) });

function foreignOf({ report, stdout }: Ended): unknown {
  expect(report, stdout).toBeDefined();
  return v.parse(reported, report).change.foreign;
}

describe('rules of others', () => {
  it.each([
    ['a load', []],
    ['live additions', ['-a always,exit -F arch=b64 -S bind -F key=agent', '-w /a -p w -k agent']],
  ])('are counted and hashed before and after %s, and after its undo', async (_way, lines) => {
    using made = await withAgent(...lines);
    const hash = await hashOn(made.host);
    const count = SITE.length + lines.length;
    const foreign = { count, sha256Before: hash, sha256After: hash };
    expect(foreignOf(await dockaudit(made.host, JSON_FIX))).toEqual(foreign);
    expect(await hashOn(made.host)).toBe(hash);
    expect(foreignOf(await dockaudit(made.host, JSON_UNDO))).toEqual(foreign);
  });

  it('are told in the text, and by history', async () => {
    using made = await withOthers();
    const hash = await hashOn(made.host);
    const { stdout } = await dockaudit(made.host, ['--yes']);
    expect(stdout).toMatch(new RegExp(`4 rules of others, unchanged: sha256\\s+${hash}`));
    const history = await dockaudit(made.host, ['history', '--format', 'json']);
    expect(history.stdout).toContain(hash);
  });

  it('are told where a change is rolled back by itself', async () => {
    using made = await withOthers();
    const hash = await hashOn(made.host);
    const host = misbehaving(made.host, { 'augenrules --load': halfLoaded(ended(1)) });
    const { advice } = readFailure(await dockaudit(host, JSON_FIX));
    expect(advice).toContain(`files and kernel are as before (4 rules of others: sha256 ${hash})`);
  });

  it('that waited in the files, and that a start of auditd loads as the plan shows, come beside', async () => {
    using made = await practised('auditd-stopped');
    writeFileSync(made.root + SITE_FILE, `${SITE.join('\n')}\n`);
    const before = await hashOn(made.host);
    const end = await dockaudit(made.host, JSON_FIX);
    const after = await hashOn(made.host);
    expect(after).not.toBe(before);
    expect(foreignOf(end)).toMatchObject({ sha256Before: before, sha256After: after });
  });

  it('that are none are told as none', async () => {
    using made = await practised();
    expect((await dockaudit(made.host, ['--yes'])).stdout).toContain('no rules of others');
  });
});
