/**
 * `fix --check-after-boot` on a practice host that boots: who is registered, what is found then, and
 * that nothing of it stays. Source of the situation: measured facts §3d, an immutable kernel.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { faulty } from '../support/faults.ts';
import { dockaudit, readFailure } from '../support/golden.ts';
import { practised, type, type Practised } from '../support/hosts.ts';

const UNITS = '/etc/systemd/system';
const PULLS = `${UNITS}/multi-user.target.d`;

/** Names below /etc/systemd/system that are ours. */
function registered({ root }: Practised): readonly string[] {
  return readdirSync(root + UNITS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.includes('dockaudit') || name.endsWith('multi-user.target.d'))
    .toSorted();
}

const history = v.object({
  changes: v.array(
    v.object({
      id: v.string(),
      state: v.string(),
      afterBoot: v.optional(
        v.object({
          bootId: v.string(),
          kept: v.array(v.string()),
          broken: v.array(v.object({ control: v.string(), now: v.string() })),
        }),
      ),
    }),
  ),
});

async function latestOn({ host }: Practised) {
  const { report } = await dockaudit(host, ['history', '--format', 'json']);
  const [latest] = v.parse(history, report).changes;
  if (!latest) throw new Error('no change in the history');
  return latest;
}

const fix = (made: Practised, ...args: readonly string[]) =>
  dockaudit(made.host, ['--yes', '--format', 'json', '--check-after-boot', ...args]);
const reboot = ({ host }: Practised) => type(host, '/usr/bin/systemctl reboot');

describe('an immutable host', () => {
  it('has a unit that looks once, and a drop-in that starts it', async () => {
    using made = await practised('immutable');
    expect((await fix(made)).exit).toBe(3);
    const { id } = await latestOn(made);
    const name = `dockaudit-after-boot-${id}`;
    expect(registered(made)).toEqual([
      `${name}.service`,
      'multi-user.target.d',
      `multi-user.target.d/${name}.conf`,
    ]);
    const unit = readFileSync(`${made.root}${UNITS}/${name}.service`, 'utf8').split('\n');
    expect(unit).toContain(`ExecStart=/usr/bin/dockaudit after-boot ${id}`);
    expect(unit).toContain('ConditionPathExists=/usr/bin/dockaudit');
    expect(unit).toContain('After=auditd.service audit-rules.service augenrules.service');
    // Mounts of its own would be judged instead of the host's.
    expect(unit.filter((line) => /^(?:Protect|Private|ReadOnly|ReadWrite)/.test(line))).toEqual([]);
    const pull = readFileSync(`${made.root}${PULLS}/${name}.conf`, 'utf8');
    expect(pull).toMatch(new RegExp(`^\\[Unit\\]\\nWants=${name}\\.service\\n$`, 'm'));
  });

  it('has it in the history after the boot that all is as promised, and nothing stays', async () => {
    using made = await practised('immutable');
    await fix(made);
    await reboot(made);
    const { id } = await latestOn(made);
    const ended = await dockaudit(made.host, ['after-boot', id]);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(ended.stdout).toContain(`change ${id} is as promised: 1.2.3, 1.2.7`);
    const { state, afterBoot } = await latestOn(made);
    expect(state).toBe('kept');
    expect(afterBoot).toEqual({
      bootId: '00000000-0000-4000-8000-000000000002',
      kept: ['1.2.3', '1.2.7'],
      broken: [],
    });
    expect(registered(made)).toEqual([]);
    const told = await dockaudit(made.host, ['history']);
    expect(told.stdout).toMatch(/after boot +as promised/);
  });

  it('is judged by the controls that the change was about', async () => {
    using made = await practised('immutable');
    await fix(made, '--control', '1.2.5');
    await reboot(made);
    const { id } = await latestOn(made);
    expect((await dockaudit(made.host, ['after-boot', id])).exit).toBe(0);
    expect((await latestOn(made)).afterBoot?.kept).toEqual(['1.2.5']);
  });

  it('is told what is not as promised, and the unit fails', async () => {
    using made = await practised('immutable');
    await fix(made);
    // Somebody takes a line out before the boot.
    const file = `${made.root}/etc/audit/rules.d/zz-docker.rules`;
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(/^-w .*docker\.socket.*\n/m, ''));
    await reboot(made);
    const { id } = await latestOn(made);
    const ended = await dockaudit(made.host, ['after-boot', id]);
    expect(ended.exit).toBe(2);
    expect(ended.stdout).toContain('1.2.7: pass was promised, it is fail');
    const { afterBoot } = await latestOn(made);
    expect(afterBoot?.kept).toEqual(['1.2.3']);
    expect(afterBoot?.broken).toEqual([{ control: '1.2.7', now: 'fail' }]);
    expect(registered(made)).toEqual([]);
  });

  it('is not looked at before it boots', async () => {
    using made = await practised('immutable');
    await fix(made);
    const { id } = await latestOn(made);
    const before = registered(made);
    const ended = await dockaudit(made.host, ['after-boot', id]);
    expect(readFailure(ended).message).toContain('was not booted since');
    expect(registered(made)).toEqual(before);
    expect((await latestOn(made)).afterBoot).toBeUndefined();
  });

  it.each(['rollback', 'remove'])('keeps no unit after %s', async (command) => {
    using made = await practised('immutable');
    await fix(made);
    expect(registered(made)).not.toEqual([]);
    const ended = await dockaudit(made.host, [command, '--yes', '--format', 'json']);
    expect(ended.exit, ended.stdout).toBeLessThanOrEqual(3);
    expect(registered(made)).toEqual([]);
  });

  /** Directory, unit, drop-in. */
  it.each([0, 1, 2])('keeps no unit of a change that fails at effect %i of it', async (offset) => {
    using made = await practised('immutable');
    const { host } = faulty(made.host, 'after', (await firstEffect()) + offset);
    const ended = await dockaudit(host, ['--yes', '--format', 'json', '--check-after-boot']);
    expect(ended.exit, ended.stdout).toBe(4);
    expect(registered(made)).toEqual([]);
  });

  /** The last is what the journal says then. */
  it.each([0, 1, 2, 3])('is recovered to before, cut off at effect %i of it', async (offset) => {
    using made = await practised('immutable');
    const { host } = faulty(made.host, 'stop', (await firstEffect()) + offset);
    await dockaudit(host, ['--yes', '--format', 'json', '--check-after-boot']);
    const ended = await dockaudit(made.host, ['recover', '--yes']);
    expect(ended.exit, ended.stdout).toBe(0);
    expect(registered(made)).toEqual([]);
    expect(existsSync(`${made.root}/etc/audit/rules.d/zz-docker.rules`)).toBe(false);
  });

  it('keeps the unit of a change that recover brings to its end', async () => {
    using made = await practised('immutable');
    const { host } = faulty(made.host, 'stop', (await firstEffect()) + 3);
    await dockaudit(host, ['--yes', '--format', 'json', '--check-after-boot']);
    const ended = await dockaudit(made.host, ['recover', '--yes', '--to', 'after']);
    expect(ended.exit, ended.stdout).toBeLessThanOrEqual(3);
    expect((await latestOn(made)).state).toBe('kept');
    expect(registered(made)).toHaveLength(3);
  });
});

/** The first effect of a change that is about its check after the boot, counted from 1. */
async function firstEffect(): Promise<number> {
  using made = await practised('immutable');
  const { effects } = await traced(made);
  const at = effects.findIndex((effect) => effect.includes('multi-user.target.d')) + 1;
  if (at === 0) throw new Error('nothing was registered');
  return at;
}

async function traced(made: Practised) {
  const seen = faulty(made.host, 'before', 0);
  await dockaudit(seen.host, ['--yes', '--format', 'json', '--check-after-boot']);
  return seen;
}

describe('where no systemd runs', () => {
  it('is refused before anything is written', async () => {
    using made = await practised();
    const { host } = made;
    const bare = {
      ...host,
      look: async (path: Parameters<typeof host.look>[0]) =>
        path.startsWith('/run/systemd') ? undefined : host.look(path),
    };
    const seen = faulty(bare, 'before', 0);
    const ended = await dockaudit(seen.host, ['--yes', '--format', 'json', '--check-after-boot']);
    expect(ended.exit).toBe(78);
    expect(readFailure(ended).message).toContain('no systemd runs here');
    expect(seen.effects.filter((effect) => !effect.includes('/var/lib/dockaudit'))).toEqual([]);
  });
});

describe('a host that was booted since the change', () => {
  it.each(['fresh', 'immutable'])('is as promised: %s', async (scenario) => {
    using made = await practised(scenario);
    await dockaudit(made.host, ['--yes', '--format', 'json']);
    const before = await dockaudit(made.host, ['check']);
    expect(before.stdout).not.toContain('after the boot');
    await reboot(made);
    const { id } = await latestOn(made);
    const { stdout } = await dockaudit(made.host, ['check']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(`change ${id} is as promised: 1.2.3, 1.2.7`);
  });

  it('is told which control is not', async () => {
    using made = await practised();
    await dockaudit(made.host, ['--yes', '--format', 'json']);
    writeFileSync(`${made.root}/etc/audit/rules.d/00-first.rules`, '-a always,exit -S nonsense\n');
    await reboot(made);
    const { stdout } = await dockaudit(made.host, ['check']);
    expect(stdout.replace(/\s+/g, ' ')).toContain('is not as promised');
    expect(stdout).toContain('1.2.3: pass was promised, it is fail');
  });
});
