/** The undo touches what the change touched, and says what it cannot be sure of. */

import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dockaudit, readFailure } from '../../support/golden.ts';
import { faulty } from '../../support/faults.ts';
import { listedOn, practised, type, type Practised } from '../../support/hosts.ts';

const R = '/etc/audit/rules.d';
const GENERATED = '/etc/audit/audit.rules';
const SITE = '-w /etc/hostname -p wa -k site';
const OTHERS = '-w /etc/group -p wa -k others';
const ALWAYS = '-a always,exit -F path=/etc/hostname -F perm=wa -F key=site';
const NEVER = '-a never,exit -F path=/etc/hostname -F perm=wa -F key=site';

/** The practice host, and a list of what was done to it. */
function recorded({ host }: Practised) {
  return faulty(host, 'before', 0);
}

/** The simulated kernel's own memory: unlike a listing it tells never from always. */
function memory({ directory }: Practised): string {
  return readFileSync(join(directory, 'kernel.json'), 'utf8');
}

describe('a change that is rolled back by itself', () => {
  it('loads no file: what waits in a hand-edited audit.rules goes on waiting', async () => {
    using made = await practised('load-fails');
    writeFileSync(made.root + R + '/20-site.rules', `${SITE}\n`);
    await type(made.host, '/usr/sbin/augenrules --load');
    appendFileSync(made.root + GENERATED, '-e 2\n');
    const before = readFileSync(made.root + GENERATED, 'utf8');
    expect(await listedOn(made.host)).toEqual([SITE]);

    const { host, effects } = recorded(made);
    const ended = await dockaudit(host, ['--yes', '--format', 'json', '--file', '00-d.rules']);
    expect(ended.exit, ended.stdout).toBe(4);

    const failed = effects.indexOf('run /usr/sbin/augenrules --load');
    expect(failed).toBeGreaterThan(0);
    const undone = effects.slice(failed + 1);
    // The table was emptied by the load that failed, so there was something to bring back.
    expect(undone).toContain(`run /usr/sbin/auditctl ${ALWAYS}`);
    expect(undone.filter((effect) => / -R |augenrules/.test(effect))).toEqual([]);
    expect(await listedOn(made.host)).toEqual([SITE]);
    expect((await type(made.host, '/sbin/auditctl -s')).stdout).toContain('enabled 1\n');
    expect(readFileSync(made.root + GENERATED, 'utf8')).toBe(before);
    expect(existsSync(made.root + R + '/00-d.rules')).toBe(false);
  });

  it('brings back as never what lists as a watch', async () => {
    using made = await practised('load-fails');
    writeFileSync(made.root + R + '/20-site.rules', `${NEVER}\n`);
    await type(made.host, '/usr/sbin/augenrules --load');
    const listed = await listedOn(made.host);
    expect(listed).toEqual([SITE]);
    const { host, effects } = recorded(made);
    const ended = await dockaudit(host, ['--yes', '--format', 'json', '--file', '00-d.rules']);
    expect(ended.exit, ended.stdout).toBe(4);
    expect(effects.filter((effect) => effect.includes('/etc/hostname'))).toEqual([
      `run /usr/sbin/auditctl ${NEVER}`,
    ]);
    expect(await listedOn(made.host)).toEqual(listed);
    expect(memory(made)).toContain('never,exit');
    expect(memory(made)).not.toContain('-w /etc/hostname');
  });
});

describe('a rule that --reload dropped and that no file holds', () => {
  it('is not guessed by the undo: a person is told its line', async () => {
    using made = await practised();
    await type(made.host, `/sbin/auditctl ${NEVER}`);
    expect(await listedOn(made.host)).toEqual([SITE]);
    expect((await dockaudit(made.host, ['--yes', '--reload'])).exit).toBe(0);
    expect(await listedOn(made.host)).toHaveLength(3);

    const { host, effects } = recorded(made);
    const ended = await dockaudit(host, ['rollback', '--yes', '--format', 'json']);
    expect(ended.exit).toBe(5);
    expect(readFailure(ended).advice.split('\n')).toContain(`auditctl ${SITE}`);
    expect(effects.filter((effect) => effect.includes('/etc/hostname'))).toEqual([]);
    expect(await listedOn(made.host)).toEqual(['No rules']);
    expect(existsSync(`${made.root}${R}/zz-docker.rules`)).toBe(false);
  });
});

async function fixedThenOthers(made: Practised): Promise<void> {
  expect((await dockaudit(made.host, ['--yes'])).exit).toBe(0);
  writeFileSync(`${made.root}${R}/40-others.rules`, `${OTHERS}\n`);
  await type(made.host, '/usr/sbin/augenrules --load');
  expect(await listedOn(made.host)).toHaveLength(4);
}

describe('a rollback after others had augenrules write audit.rules again', () => {
  it('takes out ours and keeps theirs, in file and kernel', async () => {
    using made = await practised();
    await fixedThenOthers(made);
    const previous = readFileSync(`${made.root}${GENERATED}.prev`, 'utf8');
    const ended = await dockaudit(made.host, ['rollback', '--yes', '--format', 'json']);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(await listedOn(made.host)).toEqual([OTHERS]);
    const generated = readFileSync(made.root + GENERATED, 'utf8');
    expect(generated).toContain(`\n${OTHERS}\n`);
    expect(generated).not.toContain('docker');
    expect(existsSync(`${made.root}${R}/zz-docker.rules`)).toBe(false);
    expect(readFileSync(`${made.root}${R}/40-others.rules`, 'utf8')).toBe(`${OTHERS}\n`);
    // The copy of before, too, is theirs by now.
    expect(readFileSync(`${made.root}${GENERATED}.prev`, 'utf8')).toBe(previous);
    // What augenrules would write is what stands there.
    expect((await type(made.host, '/usr/sbin/augenrules --check')).stdout).toContain('No change');
  });

  it('is still refused where a line of ours was edited, with the lines to do it by hand', async () => {
    using made = await practised();
    await fixedThenOthers(made);
    const ours = `${made.root}${R}/zz-docker.rules`;
    writeFileSync(ours, readFileSync(ours, 'utf8').replace('dockerd -k docker', 'dockerd -k mine'));
    const { host, effects } = recorded(made);
    const ended = await dockaudit(host, ['rollback', '--yes', '--format', 'json']);
    expect(ended.exit).toBe(1);
    const { message, advice } = readFailure(ended);
    expect(message).toContain(`'${R}/zz-docker.rules' was edited since`);
    expect(advice.split('\n')).toEqual(
      expect.arrayContaining([
        `rm -f ${R}/zz-docker.rules`,
        'auditctl -W /usr/sbin/dockerd -k docker',
        'auditctl -W /usr/lib/systemd/system/docker.socket -k docker',
      ]),
    );
    expect(effects.filter((effect) => !effect.includes('/var/lib/dockaudit'))).toEqual([]);
    expect(await listedOn(made.host)).toHaveLength(4);
  });
});
