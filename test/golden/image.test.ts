/** `--root`: an image's files are judged and mended by the built program; its changes are kept outside. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import header from '../../templates/rules-file.header.txt';
import { cli } from '../support/cli.ts';
import { practised } from '../support/hosts.ts';

const OURS = '/etc/audit/rules.d/zz-docker.rules';
const RULES = [
  '-w /usr/sbin/dockerd -k docker',
  '-w /usr/bin/dockerd -k docker',
  '-w /usr/lib/systemd/system/docker.socket -k docker',
];

/** The tree of a practice host as it lies in an image: nothing runs, so /proc and /run are empty. */
async function image(scenario = 'fresh') {
  const made = await practised(scenario);
  for (const path of ['proc', 'run', 'sys']) rmSync(join(made.root, path), { recursive: true });
  const state = mkdtempSync(join(tmpdir(), 'dockaudit-state-'));
  const run = (...args: readonly string[]) => cli([...args, '--root', made.root, '--state', state]);
  return {
    root: made.root,
    state,
    run,
    json: async (...args: readonly string[]) =>
      read((await run(...args, '--format', 'json')).stdout),
    [Symbol.dispose]: () => {
      made[Symbol.dispose]();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

const document = v.object({
  exitCode: v.number(),
  findings: v.array(
    v.object({ control: v.string(), verdict: v.string(), basis: v.string(), reason: v.string() }),
  ),
});

function read(text: string) {
  const { exitCode, findings } = v.parse(document, JSON.parse(text));
  return { exitCode, findings, verdicts: findings.map(({ verdict }) => verdict) };
}

describe('an image', () => {
  it.each([
    ['fresh', 2, ['fail', 'fail']],
    ['one-missing', 2, ['pass', 'fail']],
    ['compliant', 0, ['pass', 'pass']],
    ['suppressed', 2, ['fail', 'fail']],
    ['generated-file-edited', 2, ['fail', 'fail']],
    ['no-docker', 0, ['notApplicable', 'notApplicable']],
  ])('%s is %i, by its files', async (scenario, exit, verdicts) => {
    using made = await image(scenario);
    const said = await made.json('check');
    expect(said.verdicts).toEqual(verdicts);
    expect(said.exitCode).toBe(exit);
    expect(said.findings.map(({ basis }) => basis)).toEqual(['files', 'files']);
    const passed = said.findings.filter(({ verdict }) => verdict === 'pass');
    for (const { reason } of passed) expect(reason).toContain('files only');
  });

  it('is mended, and its change is kept outside of it', async () => {
    using made = await image();
    const { exit, stderr } = await made.run('--yes');
    expect(exit, stderr).toBe(0);
    const text = readFileSync(made.root + OURS, 'utf8');
    expect(text.startsWith(`\n${header}`)).toBe(true);
    expect(text.split('\n').filter((line) => line.startsWith('-'))).toEqual(RULES);
    expect(existsSync(join(made.root, 'var/lib/dockaudit'))).toBe(false);
    expect((await made.json('check')).verdicts).toEqual(['pass', 'pass']);
    expect((await made.run('history')).stdout).toContain('kept');

    expect((await made.run('rollback', '--yes')).exit).toBe(0);
    expect(existsSync(made.root + OURS)).toBe(false);
    expect((await made.json('check')).verdicts).toEqual(['fail', 'fail']);
  });

  it('shows what would change, and changes nothing', async () => {
    using made = await image();
    expect((await made.run('--dry-run')).exit).toBe(2);
    expect((await made.run()).exit).toBe(2);
    expect(existsSync(made.root + OURS)).toBe(false);
  });

  it('is no longer silenced, if that is asked for, and is again once that is undone', async () => {
    using made = await image('suppressed');
    const path = `${made.root}/etc/audit/rules.d/10-no-audit.rules`;
    const before = readFileSync(path, 'utf8');
    expect((await made.run('--yes')).exit).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect((await made.run('--yes', '--unsilence')).exit).toBe(0);
    expect(readFileSync(path, 'utf8')).toContain('\n# -a task,never\n');
    expect((await made.json('check')).verdicts).toEqual(['pass', 'pass']);
    expect((await made.run('rollback', '--yes')).exit).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('is watched before Docker is there, if that is asked for', async () => {
    using made = await image('no-docker');
    expect((await made.run('--yes', '--include-absent')).exit).toBe(0);
    const text = readFileSync(made.root + OURS, 'utf8');
    expect(text.split('\n').filter((line) => line.startsWith('-'))).toEqual(RULES.slice(1));
  });

  it('refuses what a foreign line would stop', async () => {
    using made = await image();
    const file = join(made.root, 'etc/audit/rules.d/20-shop.rules');
    writeFileSync(file, '-w /srv/shop/config -p wa\n');
    const { exit, stdout } = await made.run('--yes');
    expect(exit).toBe(1);
    expect(stdout).toContain('/etc/audit/rules.d/20-shop.rules:1');
    expect(existsSync(made.root + OURS)).toBe(false);
  });
});
