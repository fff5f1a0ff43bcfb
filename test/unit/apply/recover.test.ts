/** A change that was cut off, on a host where more has happened since. */

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { faulty } from '../../support/faults.ts';
import { dockaudit, readFailure } from '../../support/golden.ts';
import { hastyClock, listedOn, practised, type, type Practised } from '../../support/hosts.ts';

const OURS = '/etc/audit/rules.d/zz-docker.rules';
const OTHERS = '/etc/audit/rules.d/40-others.rules';
const GENERATED = '/etc/audit/audit.rules';
const CHANGES = '/var/lib/dockaudit/changes';
const AGENT = '-w /etc/group -p wa -k agent';
const RULES = [
  '-w /usr/sbin/dockerd -p rwxa -k docker',
  '-w /usr/bin/dockerd -p rwxa -k docker',
  '-w /usr/lib/systemd/system/docker.socket -p rwxa -k docker',
];

const LOAD = /augenrules --load/;
const RESTART = /restart auditd/;

const schema = new URL('../../../templates/schema/recovery.schema.json', import.meta.url);
const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(schema, 'utf8')));

const recovery = v.object({
  recovered: v.array(
    v.object({
      interrupted: v.string(),
      found: v.object({ files: v.string(), table: v.nullable(v.string()), inWords: v.string() }),
      to: v.nullable(v.string()),
      state: v.string(),
    }),
  ),
});

/** A practice host whose machine stopped right before the first effect that `at` matches. */
async function cutOff(at: RegExp, scenario = 'fresh'): Promise<Practised> {
  using whole = await practised(scenario, hastyClock());
  const { host, effects } = faulty(whole.host, 'before', 0);
  await dockaudit(host, ['--yes']);
  const index = effects.findIndex((effect) => at.test(effect));
  expect(index, effects.join('\n')).toBeGreaterThan(0);
  const made = await practised(scenario, hastyClock());
  await dockaudit(faulty(made.host, 'stop', index + 1).host, ['--yes']);
  return made;
}

async function recover({ host }: Practised, ...args: readonly string[]) {
  const ended = await dockaudit(host, ['recover', '--format', 'json', ...args]);
  const isFailure = [1, 4, 5].includes(ended.exit);
  if (!isFailure && !validate(ended.report)) throw new Error(JSON.stringify(validate.errors));
  return { ...ended, recovered: v.is(recovery, ended.report) ? ended.report.recovered : [] };
}

async function daemonRuns({ host }: Practised): Promise<boolean> {
  return !(await type(host, '/sbin/auditctl -s')).stdout.includes('\npid 0\n');
}

const text = ({ root }: Practised, path: string) => readFileSync(join(root, path), 'utf8');

function journalOf({ root }: Practised): string {
  const [id = ''] = readdirSync(join(root, CHANGES));
  return join(root, CHANGES, id, 'journal.jsonl');
}

describe('what happened, in one sentence', () => {
  it.each([
    [
      /replace .etc.*zz-docker/,
      'prepared',
      'its files were written',
      'files and kernel are as before it',
    ],
    [
      LOAD,
      'written',
      'its rules were loaded',
      'the files are neither as before it nor as it promised, the kernel is as before it',
    ],
    [RESTART, 'activated', 'it was proven', 'files and kernel are as it promised'],
  ])('cut off before %s', async (at, interrupted, doing, stand) => {
    using made = await cutOff(at);
    const { exit, recovered } = await recover(made);
    expect(exit).toBe(2);
    const inWords = expect.stringMatching(
      new RegExp(`^Change \\S+ of [\\d-]+ [\\d:]+ UTC was cut off while ${doing}: ${stand}\\.$`),
    );
    expect(recovered).toMatchObject([{ interrupted, found: { inWords }, to: null }]);
  });
});

describe('where nobody can be asked', () => {
  it('changes nothing, and says what would', async () => {
    using made = await cutOff(RESTART);
    const { host, effects } = faulty(made.host, 'before', 0);
    const { exit, stderr } = await dockaudit(host, ['recover']);
    expect([exit, effects]).toEqual([2, []]);
    expect(stderr).toContain(
      "'dockaudit recover --to before' goes back, '--to after' goes forward",
    );
  });

  it('finds nothing to do where no change is unfinished', async () => {
    using made = await practised('fresh', hastyClock());
    expect(await recover(made)).toMatchObject({ exit: 0, recovered: [] });
    expect(existsSync(join(made.root, '/var/lib/dockaudit'))).toBe(false);
    await dockaudit(made.host, ['--yes']);
    const { host, effects } = faulty(made.host, 'before', 0);
    expect((await dockaudit(host, ['recover', '--yes'])).exit).toBe(0);
    expect(effects).toEqual([]);
  });
});

describe('an agent that brought a rule of its own since', () => {
  it.each([
    { to: 'before', left: [AGENT] },
    { to: 'after', left: [...RULES, AGENT] },
  ])('keeps it: $to', async ({ to, left }) => {
    using made = await cutOff(RESTART);
    await type(made.host, `/sbin/auditctl ${AGENT}`);
    const { exit, stdout } = await recover(made, '--to', to);
    expect(exit, stdout).toBe(0);
    expect(await listedOn(made.host)).toEqual(left);
    expect(existsSync(join(made.root, OURS))).toBe(to === 'after');
  });
});

describe('others who had their rules loaded since', () => {
  it.each(['before', 'after'])('keep them, in file and kernel: %s', async (to) => {
    using made = await cutOff(RESTART);
    writeFileSync(join(made.root, OTHERS), `${AGENT}\n`);
    await type(made.host, '/usr/sbin/augenrules --load');
    const { exit, stdout } = await recover(made, '--to', to);
    expect(exit, stdout).toBe(0);
    const isAfter = to === 'after';
    expect(new Set(await listedOn(made.host))).toEqual(
      new Set(isAfter ? [AGENT, ...RULES] : [AGENT]),
    );
    expect(text(made, OTHERS)).toBe(`${AGENT}\n`);
    expect(text(made, GENERATED)).toContain(AGENT);
    expect(text(made, GENERATED).includes('docker.socket')).toBe(isAfter);
    expect((await type(made.host, '/usr/sbin/augenrules --check')).stdout).toContain('No change');
  });
});

describe('a file of ours that somebody edited since', () => {
  it.each(['before', 'after'])('is not overwritten: %s', async (to) => {
    using made = await cutOff(RESTART);
    appendFileSync(join(made.root, OURS), '# Mine\n');
    const edited = text(made, OURS);
    const ended = await recover(made, '--to', to);
    expect(ended.exit).toBe(5);
    expect(readFailure(ended)).toMatchObject({
      message: expect.stringContaining(`'${OURS}' was edited since: nothing was overwritten`),
      advice: expect.stringContaining(`rm -f ${OURS}`),
    });
    expect(text(made, OURS)).toBe(edited);
    expect(await listedOn(made.host)).toEqual(RULES);
  });
});

describe('a host that was booted since', () => {
  it.each([
    ['the file was there', LOAD],
    ['the file was not there', /replace .etc.*zz-docker/],
  ])('goes back, and goes forward: %s', async (_, at) => {
    using back = await cutOff(at);
    using forward = await cutOff(at);
    const before = text(back, GENERATED);
    for (const { host } of [back, forward]) await type(host, '/usr/bin/systemctl reboot');
    expect((await recover(back, '--yes')).exit).toBe(0);
    expect(await listedOn(back.host)).toEqual(['No rules']);
    expect([existsSync(join(back.root, OURS)), text(back, GENERATED)]).toEqual([false, before]);

    const ended = await recover(forward, '--to', 'after');
    expect(ended.exit, ended.stdout).toBe(0);
    expect(await listedOn(forward.host)).toEqual(RULES);
    expect(text(forward, OURS)).toContain('-w /usr/sbin/dockerd -k docker');
    expect(text(forward, GENERATED)).toContain('-w /usr/sbin/dockerd -k docker');
  });
});

describe('auditd that was left stopped by a restart', () => {
  it.each(['before', 'after'])('runs again: %s', async (to) => {
    using made = await cutOff(RESTART);
    await type(made.host, '/usr/bin/systemctl stop auditd');
    expect((await recover(made, '--to', to)).exit).toBe(0);
    expect(await daemonRuns(made)).toBe(true);
    expect(await listedOn(made.host)).toEqual(to === 'after' ? RULES : ['No rules']);
  });
});

describe('a kernel that became immutable since', () => {
  it('keeps its rules until the next boot, and the files are as before', async () => {
    using made = await cutOff(RESTART);
    await type(made.host, '/sbin/auditctl -e 2');
    expect((await recover(made, '--yes')).exit).toBe(3);
    expect(existsSync(join(made.root, OURS))).toBe(false);
    expect(await listedOn(made.host)).toEqual(RULES);
  });
});

describe('a half-loaded table', () => {
  it.each(['before', 'after'])('is whole again: %s', async (to) => {
    using made = await cutOff(RESTART);
    await type(made.host, '/sbin/auditctl -D');
    await type(made.host, `/sbin/auditctl ${RULES[1]}`);
    writeFileSync(join(made.root, GENERATED), '## This file is automatic');
    expect((await recover(made, '--to', to)).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(to === 'after' ? RULES : ['No rules']);
    expect(text(made, GENERATED).includes('docker')).toBe(to === 'after');
  });
});

describe('a journal', () => {
  it('whose last line is torn tells what stands before it', async () => {
    using made = await cutOff(RESTART);
    appendFileSync(journalOf(made), '{"time":"2026-11-2');
    const { exit, recovered } = await recover(made, '--yes');
    expect([exit, recovered]).toMatchObject([0, [{ interrupted: 'activated', to: 'before' }]]);
    const lines = readFileSync(journalOf(made), 'utf8').trimEnd().split('\n');
    expect(() => lines.map((line): unknown => JSON.parse(line))).not.toThrow();
  });

  it('of before it held what going forward needs leads back alone', async () => {
    using made = await cutOff(RESTART);
    const [first = '', ...rest] = readFileSync(journalOf(made), 'utf8').split('\n');
    const { forward: _unknown, ...record } = v.parse(v.looseObject({}), JSON.parse(first));
    writeFileSync(journalOf(made), [JSON.stringify(record), ...rest].join('\n'));
    const refused = await recover(made, '--to', 'after');
    expect([refused.exit, readFailure(refused).advice]).toEqual([
      1,
      expect.stringContaining('--to before'),
    ]);
    expect((await recover(made, '--yes')).exit).toBe(0);
    expect(await listedOn(made.host)).toEqual(['No rules']);
  });
});

describe('what a run that is gone left behind', () => {
  it('goes, and what is of others or of a run at work stays', async () => {
    using made = await cutOff(RESTART);
    const at = (path: string) => join(made.root, path);
    const put = (path: string) => {
      mkdirSync(join(at(path), '..'), { recursive: true });
      writeFileSync(at(path), '');
    };
    const stays = [
      `/etc/audit/rules.d/.dockaudit-${process.ppid}-1-1.tmp`,
      '/etc/audit/rules.d/.dockaudit-4194303.tmp',
      `${CHANGES}/20260101T000000Z-0001/notes.txt`,
      `${CHANGES}/20260101T000000Z-0001/0-audit.rules`,
      `${CHANGES}/mine/0-audit.rules`,
    ];
    const goes = [
      `/etc/audit/rules.d/.dockaudit-${process.pid}-1-1.tmp`,
      '/etc/audit/.dockaudit-4194303-1-1.tmp',
      '/var/lib/dockaudit/.dockaudit-4194303-1-1.tmp',
      '/etc/audit/rules.d/.dockaudit-4194303-1-1.tmp',
      `${CHANGES}/20260101T000000Z-0001/.dockaudit-4194303-1-1.tmp`,
      `${CHANGES}/20260101T000000Z-0002/.dockaudit-4194303-1-1.tmp`,
      `${CHANGES}/20260101T000000Z-0002/0-audit.rules`,
      `${CHANGES}/20260101T000000Z-0002/after-0-zz-docker.rules`,
    ];
    for (const path of [...stays, ...goes]) put(path);
    expect((await recover(made, '--yes')).exit).toBe(0);
    expect(stays.filter((path) => !existsSync(at(path)))).toEqual([]);
    expect(goes.filter((path) => existsSync(at(path)))).toEqual([]);
    expect(existsSync(at(`${CHANGES}/20260101T000000Z-0002`))).toBe(false);
  });
});
