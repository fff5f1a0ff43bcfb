/** Every exit status that a run can end with, each by the built program. The table is docs/cli.md's. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { practiceHost } from '../../src/host/practice.ts';
import { absolutePath } from '../../src/paths.ts';
import { BIN, cli } from '../support/cli.ts';
import { type } from '../support/hosts.ts';
import { openScreen } from '../support/screen.ts';

/** A directory that goes away with its test. */
function place() {
  const directory = mkdtempSync(join(tmpdir(), 'dockaudit-exits-'));
  return {
    directory,
    host: join(directory, 'host'),
    [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }),
  };
}

type Place = ReturnType<typeof place>;

interface Run {
  readonly exit: number;
  readonly when: string;
  /** `HOST` stands for a practice host of the scenario, `HERE` for an empty directory. */
  readonly args: string;
  readonly scenario?: string;
  /** What happens to the practice host before. */
  readonly first?: (at: Place) => void | Promise<void>;
  /** Part of what is said. */
  readonly says?: string;
}

const HELD: readonly Run[] = [
  { exit: 0, when: 'all that was asked holds', args: 'demo check', scenario: 'compliant' },
  { exit: 0, when: 'a fix is kept', args: 'demo --yes', scenario: 'fresh' },
  { exit: 0, when: 'nothing is to be watched', args: 'demo check', scenario: 'no-docker' },
  { exit: 0, when: 'verdicts are told not to count', args: 'demo check --exit-zero' },
  {
    exit: 0,
    when: 'only a fail is asked to count',
    args: 'demo check --fail-on fail',
    scenario: 'auditd-stopped',
    first: fixedThenStopped,
  },
  { exit: 0, when: 'the version is asked for', args: '--version' },
  { exit: 0, when: 'help is asked for', args: '--help' },
  { exit: 0, when: 'the scenarios are asked for', args: 'demo --list' },
  {
    exit: 0,
    when: 'an older change was cut off: it goes back first',
    args: 'demo --yes',
    first: cutOff,
    says: 'Files and kernel are as before it: it is rolled back.',
  },
  {
    exit: 0,
    when: 'a change that was cut off goes back',
    args: 'demo recover --yes',
    first: cutOff,
  },
  {
    exit: 0,
    when: 'a change that was cut off goes forward',
    args: 'demo recover --to after',
    first: cutOff,
  },
  { exit: 0, when: 'no change was cut off', args: 'demo recover', says: 'nothing to recover' },
  {
    exit: 2,
    when: 'a change was cut off, and nobody can be asked which way it ends',
    args: 'demo recover',
    first: cutOff,
    says: '--to before',
  },
  { exit: 0, when: 'there is no history yet', args: 'demo history' },
  { exit: 2, when: 'a control fails', args: 'demo check' },
  { exit: 2, when: 'nobody can be asked', args: 'demo', says: '--yes' },
  { exit: 2, when: 'changes wait', args: 'demo --dry-run' },
  {
    exit: 2,
    when: 'changes wait, also where every question is answered',
    args: 'demo --dry-run --yes',
  },
  { exit: 2, when: 'changes wait in a plan', args: 'demo plan' },
  { exit: 2, when: 'no line can mend it', args: 'demo --yes', scenario: 'suppressed' },
  {
    exit: 2,
    when: 'something not applicable is asked to count',
    args: 'demo check --fail-on notApplicable',
    scenario: 'no-docker',
  },
  { exit: 0, when: 'it passes by meaning only', args: 'demo check', first: meaningOnly },
  {
    exit: 2,
    when: "it passes by meaning only, and --procedure asks for the book's command, too",
    args: 'demo check --procedure',
    first: meaningOnly,
    says: "0 of them also by the book's command; --procedure",
  },
  {
    exit: 0,
    when: "the book's lines were added",
    args: 'demo --procedure --yes',
    first: meaningOnly,
    says: "2 pass by meaning, 2 of them also by the book's command",
  },
  {
    exit: 0,
    when: 'unattended, nobody asked for the lines of the book',
    args: 'demo --yes',
    first: meaningOnly,
    says: "2 pass by meaning, 0 of them also by the book's command",
  },
  { exit: 0, when: 'an event at each place is proven', args: 'demo prove', scenario: 'compliant' },
  { exit: 2, when: 'an event is proven not to be recorded', args: 'demo prove' },
  { exit: 0, when: 'what is proven is told not to count', args: 'demo prove --exit-zero' },
  { exit: 0, when: 'a fix is kept and proven', args: 'demo --yes --prove', says: 'Proof: 2 rec' },
  {
    exit: 0,
    when: 'nothing can be proven, for others take the events',
    args: 'demo prove',
    scenario: 'other-daemon',
  },
  { exit: 3, when: 'the kernel waits for a reboot', args: 'demo --yes', scenario: 'immutable' },
  {
    exit: 3,
    when: 'it still waits in a second run',
    args: 'demo --yes',
    scenario: 'immutable',
    first: fixed,
  },
];

const FAILED: readonly Run[] = [
  {
    exit: 1,
    when: 'a foreign line blocks the plan',
    args: 'demo --yes',
    scenario: 'bad-foreign-line',
    says: '50-shop.rules',
  },
  {
    exit: 1,
    when: 'a blocked plan is only shown',
    args: 'demo plan',
    scenario: 'bad-foreign-line',
  },
];

/** Those that end in a failure: one document in JSON, two lines in text. */
const THROWN: readonly Run[] = [
  {
    exit: 64,
    when: 'the report has no place to be',
    args: 'demo check --output HERE/none/report',
    says: 'HERE/none/report',
  },
  {
    exit: 4,
    when: 'the kernel refuses: rolled back',
    args: 'demo --yes',
    scenario: 'load-fails',
    says: 'rolled back',
  },
  {
    exit: 5,
    when: 'going back fails as well',
    args: 'demo --yes',
    scenario: 'one-missing',
    first: kernelRefuses,
    says: 'by hand',
  },
  {
    exit: 64,
    when: 'there is no such option',
    args: 'demo check --formta text',
    says: 'did you mean --format?',
  },
  { exit: 64, when: 'there is no such command', args: 'chekc', says: 'did you mean check?' },
  {
    exit: 64,
    when: 'there is no such control',
    args: 'demo check --control 1.2.33',
    says: 'did you mean 1.2.3?',
  },
  { exit: 64, when: 'an option lacks its value', args: 'demo check --root', says: '--root' },
  {
    exit: 64,
    when: 'an option cannot be so',
    args: 'demo check --style sysclal',
    says: 'did you mean syscall?',
  },
  { exit: 64, when: 'two options exclude each other', args: 'demo --restart --no-restart' },
  {
    exit: 64,
    when: 'an image is to be proven',
    args: 'prove --root HERE',
    says: 'leave --root out',
  },
  { exit: 64, when: 'a fix of an image is to be proven', args: '--prove --root HERE --yes' },
  { exit: 64, when: 'a check is to be proven', args: 'demo check --prove', says: 'go with fix' },
  { exit: 64, when: 'a check is to touch', args: 'demo check --touch', says: 'prove --touch' },
  { exit: 64, when: 'there is no such image', args: 'check --root HERE/none', says: 'HERE/none' },
  { exit: 64, when: 'there is no such scenario', args: 'demo --scenario frehs', says: 'fresh' },
  {
    exit: 64,
    when: 'the directory holds something else',
    args: 'demo --dir HERE/other check',
    first: somethingElse,
    says: 'not empty',
  },
  { exit: 64, when: 'there is no change to undo', args: 'demo rollback --yes', says: 'history' },
  {
    exit: 64,
    when: 'there is no such plan',
    args: 'demo --plan HERE/none --yes',
    says: 'HERE/none',
  },
  { exit: 75, when: 'another run holds the host', args: 'demo --yes', says: 'another run' },
  {
    exit: 77,
    when: 'a change is undone without root',
    args: 'demo rollback --yes',
    first: nobody,
    says: 'root',
  },
  {
    exit: 78,
    when: 'audit is not installed',
    args: 'demo --yes',
    scenario: 'no-auditd',
    says: 'auditd',
  },
  {
    exit: 78,
    when: 'there is no audit to be proven',
    args: 'demo prove',
    scenario: 'no-auditd',
    says: 'cannot prove anything here',
  },
  {
    exit: 78,
    when: 'an image manages /etc/audit',
    args: 'demo --yes',
    first: readOnly,
    says: 'read-only',
  },
];

describe.each([...HELD, ...FAILED])('$exit: $when', (run) => {
  it('is what it ends with', async () => {
    using at = place();
    const { exit, stdout, stderr } = await ran(run, at);
    expect(exit, stderr).toBe(run.exit);
    expect(stdout + stderr).toContain(run.says ?? '');
  });
});

describe.each(THROWN)('$exit: $when', (run) => {
  it('in two lines', async () => {
    using at = place();
    const { exit, stdout, stderr } = await ran(run, at);
    expect(exit, stderr).toBe(run.exit);
    // A session may have told its beginning before it failed; the failure itself is on stderr.
    expect(stdout).not.toContain('dockaudit:');
    const said = stderr.replace(/\s+/g, ' ');
    expect(said).toContain((run.says ?? '').replaceAll('HERE', at.directory));
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('in one document', async () => {
    using at = place();
    const { exit, stdout } = await ran(run, at, ['--format', 'json']);
    expect(exit).toBe(run.exit);
    const document: unknown = JSON.parse(stdout);
    expect(document).toMatchObject({
      schemaVersion: 1,
      tool: { name: 'dockaudit' },
      error: {
        class: expect.stringMatching(/Failure$/),
        message: expect.any(String),
        advice: expect.any(String),
      },
      exitCode: run.exit,
    });
  });
});

describe.each([
  { exit: 130, name: 'SIGINT' },
  { exit: 143, name: 'SIGTERM' },
  { exit: 129, name: 'SIGHUP' },
  { exit: 131, name: 'SIGQUIT' },
  { exit: 138, name: 'SIGUSR1' },
] as const)('$exit: $name', ({ exit, name }) => {
  it('ends the run at a prompt, and nothing was changed', async () => {
    using at = place();
    const argv = [process.execPath, BIN, 'demo', '--dir', at.host] as const;
    const screen = openScreen({ argv: [...argv] });
    await screen.waitFor('Which controls shall be fixed?');
    screen.signal(name);
    expect(await screen.ended()).toBe(exit);
    expect((await cli(['demo', '--dir', at.host, 'history'])).stdout).not.toMatch(/kept|rolled/);
  });
});

/** The command of `run` on its practice host, which is made and led there first. */
async function ran(run: Run, at: Place, more: readonly string[] = []) {
  const { args, scenario = 'fresh', first, exit } = run;
  const words = args.replaceAll('HERE', at.directory).split(' ');
  const demo = words[0] === 'demo' && !words.includes('--dir') && !words.includes('--list');
  if (demo && !words.includes('--scenario'))
    await cli(['demo', '--dir', at.host, '--scenario', scenario, 'check']);
  await first?.(at);
  const line = [...words, ...(demo ? ['--dir', at.host] : []), ...more];
  if (exit !== 75) return cli(line);
  const host = await practiceHost(absolutePath(at.host));
  return host.exclusively(absolutePath('/run/dockaudit.lock'), () => cli(line));
}

async function fixed({ host }: Place): Promise<void> {
  await cli(['demo', '--dir', host, '--yes']);
}

/** A partial, and nothing worse: all is in force and in the files, and nobody records it. */
async function fixedThenStopped({ host }: Place): Promise<void> {
  await cli(['demo', '--dir', host, '--yes']);
  const made = await practiceHost(absolutePath(host));
  const argv = [absolutePath('/usr/bin/systemctl'), 'stop', 'auditd'] as const;
  await made.run({ kind: 'command', argv, timeoutMs: 1000 });
}

/** Directories are watched, so that the book's command finds neither path. */
async function meaningOnly({ host }: Place): Promise<void> {
  const rules = ['-w /usr/sbin -p wxa -k bins', '-w /usr/lib/systemd -p wa -k units', ''];
  writeFileSync(join(host, 'root/etc/audit/rules.d/50-all.rules'), rules.join('\n'));
  await type(await practiceHost(absolutePath(host)), '/usr/bin/systemctl reboot');
}

/** From now on the kernel refuses a rule that it holds: a load fails, and so does the way back. */
function kernelRefuses({ host }: Place): void {
  const file = join(host, 'kernel.json');
  const state = new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8'))));
  state.set('refusals', [{ path: '/usr/sbin/dockerd', reason: 'Cannot allocate memory' }]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(state)));
}

/** As if the machine had stopped after the first lines of the journal. */
async function cutOff({ host }: Place): Promise<void> {
  await cli(['demo', '--dir', host, '--yes']);
  const made = await practiceHost(absolutePath(host));
  const changes = absolutePath('/var/lib/dockaudit/changes');
  const [id = ''] = (await made.list(changes)) ?? [];
  const journal = join(host, 'root', changes, id, 'journal.jsonl');
  const lines = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, `${lines.slice(0, 3).join('\n')}\n`);
}

function somethingElse({ directory }: Place): void {
  mkdirSync(join(directory, 'other'));
  writeFileSync(join(directory, 'other', 'letter.txt'), 'Dear reader,\n');
}

function nobody({ host }: Place): void {
  const lines = [
    'Name:\tdockaudit',
    'Uid:\t1000\t1000\t1000\t1000',
    'CapEff:\t0000000000000000',
    '',
  ];
  writeFileSync(join(host, 'root/proc/self/status'), lines.join('\n'));
}

function readOnly({ host }: Place): void {
  const lines = ['22 1 254:1 / / ro,relatime shared:1 - squashfs /dev/vda1 ro', ''];
  writeFileSync(join(host, 'root/proc/self/mountinfo'), lines.join('\n'));
}
