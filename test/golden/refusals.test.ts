/** What the built program refuses before it has changed anything, and what it says of itself. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { cli, type CliEnd } from '../support/cli.ts';
import { dockaudit, goldenHost, parseManifest } from '../support/golden.ts';
import { listedOn, practised, type Practised } from '../support/hosts.ts';

const schema = new URL('../../templates/schema/report.schema.json', import.meta.url);
const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(schema, 'utf8')));

const document = v.object({
  host: v.optional(v.object({ notes: v.array(v.string()) })),
  exitCode: v.number(),
  error: v.optional(v.object({ class: v.string(), message: v.string(), advice: v.string() })),
  change: v.optional(v.nullable(v.object({ id: v.string(), state: v.string() }))),
  steps: v.optional(v.array(v.object({ kind: v.string(), step: v.string() }))),
});

/** The one document that was said, held against its schema. */
function documentOf({ stdout, stderr }: CliEnd): v.InferOutput<typeof document> {
  const parsed: unknown = JSON.parse(stdout);
  validate(parsed);
  expect(validate.errors ?? [], stderr).toEqual([]);
  return v.parse(document, parsed);
}

const on = (made: Practised, ...args: readonly string[]) =>
  cli(['demo', '--dir', made.directory, ...args]);

async function changesOn(made: Practised) {
  const { stdout } = await on(made, 'history', '--format', 'json');
  const shape = v.object({ changes: v.array(v.object({ id: v.string(), state: v.string() })) });
  return v.parse(shape, JSON.parse(stdout)).changes;
}

describe('a change that was rolled back, in JSON', () => {
  it('is one document with the failure, the change and each step', async () => {
    using made = await practised('load-fails');
    const ended = await on(made, '--yes', '--format', 'json');
    expect(ended.exit).toBe(4);
    const said = documentOf(ended);
    const [change] = await changesOn(made);
    expect(said).toMatchObject({
      exitCode: 4,
      error: { class: 'ChangeFailure', message: expect.stringContaining('rolled back') },
      change: { id: change?.id, state: 'rolledBack' },
    });
    const steps = said.steps?.filter(({ kind }) => kind !== 'started') ?? [];
    expect(steps.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      'done look once more',
      'done back up',
      'done write /etc/audit/rules.d/zz-docker.rules',
      'failed /usr/sbin/augenrules --load',
      'done restore the files',
      'done auditd as it was',
      'done restore the kernel',
      'done compare',
    ]);
  });
});

describe('a change that a person has to end', () => {
  it('is tried again by --yes, which begins nothing else if that fails', async () => {
    using made = await practised('one-missing');
    const id = await endedInPart(made);
    const table = await listedOn(made.host);
    const ended = await on(made, '--yes', '--format', 'json');
    expect(ended.exit).toBe(5);
    expect(documentOf(ended).error).toMatchObject({
      message: expect.stringContaining(`change ${id} could not be undone`),
      advice: expect.stringContaining('auditctl '),
    });
    expect(await listedOn(made.host)).toEqual(table);
    expect(await changesOn(made)).toMatchObject([{ id, state: 'needsPerson' }]);
  });

  it('is undone by --yes once nothing stands in its way any more', async () => {
    using made = await practised('one-missing');
    const id = await endedInPart(made);
    refuse(made, []);
    const ended = await on(made, '--yes', '--format', 'json');
    expect(ended.exit, ended.stdout).toBe(0);
    const states = (await changesOn(made)).map((change) => [change.id === id, change.state]);
    expect(states).toEqual([
      [false, 'kept'],
      [true, 'rolledBack'],
    ]);
  });

  it.each(['check', 'plan', '--dry-run'])('is noted by %s, which goes on', async (...args) => {
    using made = await practised('one-missing');
    const id = await endedInPart(made);
    const ended = await on(made, ...args, '--format', 'json');
    expect(ended.exit).toBe(2);
    expect(documentOf(ended).host?.notes).toContainEqual(
      expect.stringMatching(new RegExp(`^change ${id} is unfinished: .* recover' ends it$`)),
    );
    expect(await changesOn(made)).toHaveLength(1);
  });
});

/** @returns the change that could not be made, nor undone */
async function endedInPart(made: Practised): Promise<string> {
  refuse(made, [{ path: '/usr/sbin/dockerd', reason: 'Cannot allocate memory' }]);
  expect((await on(made, '--yes')).exit).toBe(5);
  const [change] = await changesOn(made);
  expect(change?.state).toBe('needsPerson');
  return change?.id ?? '';
}

/** From now on the kernel refuses a rule that it holds: a load fails, and so does the way back. */
function refuse({ directory }: Practised, refusals: readonly object[]): void {
  const file = join(directory, 'kernel.json');
  const state: object = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...state, refusals }));
}

describe('rollback where nobody can be asked', () => {
  it('is one document, and nothing is undone', async () => {
    using made = await practised();
    expect((await on(made, '--yes')).exit).toBe(0);
    const [change] = await changesOn(made);
    const ended = await on(made, 'rollback', '--format', 'json');
    expect(ended.exit).toBe(2);
    expect(documentOf(ended)).toMatchObject({
      exitCode: 2,
      change: { id: change?.id, state: 'kept' },
    });
    expect(await listedOn(made.host)).toHaveLength(3);
  });
});

describe('--output into a directory that is not there', () => {
  it.each([
    ['text', '--yes'],
    ['json', '--yes', '--format', 'json'],
  ])('is refused before anything is changed (%s)', async (_format, ...args) => {
    using made = await practised();
    const ended = await on(made, ...args, '--output', join(made.directory, 'none/report'));
    expect(ended.exit, ended.stderr).toBe(64);
    expect(ended.stdout + ended.stderr).toContain('its directory does not exist');
    expect(await listedOn(made.host)).toEqual(['No rules']);
    expect(await changesOn(made)).toEqual([]);
  });
});

describe.each([
  { when: '--root is this host itself', args: ['check', '--root', '/'], exit: 64, says: '--root' },
  {
    when: '--root leads to this host itself',
    args: ['check', '--root', '/tmp/..'],
    exit: 64,
    says: '--root',
  },
  {
    when: '--plan is given to a run that only plans',
    args: ['demo', 'plan', '--plan', '/nonexistent/plan.json'],
    exit: 64,
    says: '--plan goes with fix',
  },
  {
    when: '--plan is given to a dry run',
    args: ['demo', '--dry-run', '--plan', '/nonexistent/plan.json'],
    exit: 64,
    says: '--plan goes with fix',
  },
  {
    when: '--check-after-boot is given to a run that only looks',
    args: ['demo', 'check', '--check-after-boot'],
    exit: 64,
    says: '--check-after-boot goes with fix',
  },
  { when: 'help is asked for by its word', args: ['help'], exit: 0, says: 'Commands:' },
  {
    when: 'version is asked for by its word',
    args: ['version'],
    exit: 0,
    says: /^dockaudit \d+\.\d+\.\d+\n$/,
  },
])('$exit: $when', ({ args, exit, says }) => {
  it('is what it ends with', async () => {
    using made = await practised();
    const dir = args.includes('demo') ? ['--dir', made.directory] : [];
    const ended = await cli([...args, ...dir]);
    expect(ended.exit, ended.stderr).toBe(exit);
    expect(ended.stdout + ended.stderr).toMatch(says);
  });
});

describe('the history', () => {
  it.each([
    { format: 'text', args: [] },
    { format: 'json', args: ['--format', 'json'] },
  ])('is for root alone ($format)', async ({ args }) => {
    using made = await practised();
    await on(made, '--yes');
    const somebody = ['Name:\tdockaudit', 'Uid:\t1000\t1000\t1000\t1000', 'CapEff:\t0', ''];
    writeFileSync(join(made.root, 'proc/self/status'), somebody.join('\n'));
    const ended = await on(made, 'history', ...args);
    expect(ended.exit).toBe(77);
    expect(ended.stdout + ended.stderr).toContain('root');
    expect(ended.stdout + ended.stderr).not.toContain('kept');
  });
});

describe('--output where it would do harm', () => {
  it.each([
    ['/etc/audit/rules.d/20-site.rules', 'rules and settings of audit'],
    ['/etc/audit/audit.rules', 'rules and settings of audit'],
    ['/var/lib/dockaudit/changes/report', 'the undo of changes'],
  ])('%s is refused before anything is changed', async (path, why) => {
    using made = await practised();
    expect((await dockaudit(made.host, ['--yes', '--control', '1.2.3'])).exit).toBe(0);
    const listed = await listedOn(made.host);
    const ended = await dockaudit(made.host, ['--yes', '--format', 'json', '--output', path]);
    expect(ended.exit, ended.stdout).toBe(64);
    expect(ended.stdout).toContain(why);
    expect(await listedOn(made.host)).toEqual(listed);
  });
});

it('a report that cannot be written says what was done to the host all the same', async () => {
  using made = await practised();
  const args = ['demo', '--dir', made.directory, '--yes'];
  const ended = await cli(args, { stdoutFile: '/dev/full' });
  const [change] = await changesOn(made);
  expect(change?.state).toBe('kept');
  expect(ended.exit).toBe(1);
  expect(ended.stderr.replaceAll(/\s+/g, ' ')).toContain(
    `change ${change?.id} is kept, but the report could not be written to the end`,
  );
});

describe('a practice host that nobody named', () => {
  it.each([
    { when: 'is gone after check', args: ['check'], exit: 2 },
    { when: 'is gone after plan', args: ['plan'], exit: 2 },
    { when: 'is gone after explain', args: ['explain', '1.2.3'], exit: 2 },
    { when: 'is gone after history', args: ['history'], exit: 0 },
    {
      when: 'is gone after a report without a place',
      args: ['check', '--output', '/nonexistent/a'],
      exit: 64,
    },
    { when: 'is never made for no control', args: ['check', '--control', '9.9.9'], exit: 64 },
  ])('$when', async ({ args, exit }) => {
    using made = await practised();
    const TMPDIR = join(made.directory, 'tmp');
    mkdirSync(TMPDIR);
    const ended = await cli(['demo', ...args], { env: { TMPDIR } });
    expect(ended.exit, ended.stderr).toBe(exit);
    expect(readdirSync(TMPDIR).filter((name) => name.startsWith('dockaudit-'))).toEqual([]);
  });
});

describe.each(['container-without-auditctl', 'audit-off-at-boot-without-auditctl'])(
  '%s',
  (name) => {
    const manifest = new URL(`hosts/${name}.json`, import.meta.url);
    it.each(['check', 'plan', '--yes', '--yes --install-auditd'])(
      '%s ends with 78 and nothing is installed, nor told to be',
      async (line) => {
        using made = await goldenHost(parseManifest(readFileSync(manifest, 'utf8')));
        const ended = await dockaudit(made.host, line.split(' '));
        expect(ended.exit).toBe(78);
        expect(ended.stdout + ended.stderr).not.toMatch(/apt-get|install auditd|install-auditd/);
      },
    );
  },
);

describe('nobody who could be asked', () => {
  it('is told the very words that would apply what was shown', async () => {
    using made = await practised();
    const { exit, stderr } = await on(made, '--control', '1.2.7', '--style', 'syscall');
    expect(exit).toBe(2);
    expect(stderr).toMatch(/--control 1\.2\.7 --style syscall --yes' applies it/);
  });

  it('is shown a reviewed plan all the same', async () => {
    using made = await practised();
    const file = join(made.directory, 'plan.json');
    await on(made, 'plan', '--format', 'json', '--output', file);
    const { exit, stderr } = await on(made, 'fix', '--plan', file);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('nobody could be asked')]);
  });
});
