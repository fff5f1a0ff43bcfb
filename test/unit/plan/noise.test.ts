/** What a plan says and does about noise. Source: docs/noise.md, auditd.conf(5). */

import { describe, expect, it } from 'vitest';
import type { Control, Section } from '../../../src/controls/control.ts';
import { discover } from '../../../src/discover/discover.ts';
import { evaluate } from '../../../src/evaluate/evaluate.ts';
import { absolutePath } from '../../../src/paths.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { makePlan, type PlanOptions } from '../../../src/plan/rehearse.ts';
import { decode } from '../../../src/text.ts';
import { goldenHost, parseManifest } from '../../support/golden.ts';
import { DAEMON } from '../report/situations.ts';

const ROOT = '/var/lib/docker';

const OPTIONS: PlanOptions = {
  key: 'docker',
  style: 'watch',
  strict: false,
  file: undefined,
  restart: 'auto',
  reload: false,
  acceptNoise: false,
  force: false,
  procedure: false,
  unsilence: false,
};

function section(number: string, more: Partial<Control>): Section {
  const control: Control = {
    ...DAEMON.control,
    required: ['w', 'a'],
    recommended: ['r', 'w', 'x', 'a'],
    recursive: true,
    ...more,
  };
  return { ...DAEMON, number, control };
}

const DATA_ROOT = section('1.2.4', {
  slug: 'docker-data-root',
  place: { kind: 'dataRoot' },
  literalPath: absolutePath(ROOT),
});

const SOCKET = section('1.2.7', {
  slug: 'docker-socket',
  place: { kind: 'unit', unit: 'docker.socket' },
  literalPath: absolutePath('/usr/lib/systemd/system/docker.socket'),
  procedure: {
    description: 'Look for the unit file.',
    grep: 'docker.socket',
    text: 'auditctl -l | grep docker.socket',
  },
});

interface Situation {
  /** Lines that come after those of the plain host: the last one counts. */
  readonly auditdConf?: readonly string[];
  readonly rules?: readonly string[];
  readonly options?: Partial<PlanOptions>;
  /** Whether the data root is there already. */
  readonly absent?: boolean;
}

async function planOf(
  { auditdConf = [], rules = [], options = {}, absent = false }: Situation,
  sections: readonly Section[] = [DATA_ROOT],
): Promise<Plan> {
  const host = {
    situation: 'noise',
    source: 'docs/noise.md',
    removed: absent ? [ROOT] : [],
    appended: { '/etc/audit/auditd.conf': auditdConf },
    files: rules.length > 0 ? { '/etc/audit/rules.d/20-site.rules': rules } : {},
    expected: { exit: 0, verdicts: {} },
  };
  using made = await goldenHost(parseManifest(JSON.stringify(host)));
  const asked = { ...OPTIONS, ...options };
  const facts = await discover(made.host, sections, { live: true, includeAbsent: true });
  const findings = evaluate(sections, facts, asked);
  const chosen = sections.map(({ number }) => number);
  return makePlan(facts, findings, chosen, asked, new Date(0));
}

function linesOf(plan: Plan): readonly string[] {
  const text = plan.edits.map(({ after }) => (after ? decode(after.bytes) : '')).join('');
  return text.split('\n').filter((line) => line.startsWith('-'));
}

describe('the line for a data root', () => {
  it.each<[situation: string, options: Partial<PlanOptions>, lines: readonly string[]]>([
    ['asks for what is required', {}, [`-w ${ROOT} -p wa -k docker`]],
    ["asks for the book's wish under --strict", { strict: true }, [`-w ${ROOT} -k docker`]],
  ])('%s, and the control passes', async (_situation, options, lines) => {
    const plan = await planOf({ options });
    expect(linesOf(plan)).toEqual(lines);
    expect(plan.promises).toEqual([{ control: '1.2.4', verdict: 'pass' }]);
  });

  it('is the only one that asks for less than the book', async () => {
    const plan = await planOf({}, [SOCKET]);
    expect(linesOf(plan)).toEqual(['-w /usr/lib/systemd/system/docker.socket -k docker']);
    expect(plan.watches).toEqual([
      {
        control: '1.2.7',
        path: '/usr/lib/systemd/system/docker.socket',
        permissions: 'rwxa',
        extent: 'path',
      },
    ]);
  });
});

describe('the watches of a plan', () => {
  it.each<[options: Partial<PlanOptions>, permissions: string]>([
    [{}, 'wa'],
    [{ strict: true }, 'rwxa'],
  ])('say that a data root is watched, with %j', async (options, permissions) => {
    const { watches } = await planOf({ options });
    expect(watches).toEqual([{ control: '1.2.4', path: ROOT, permissions, extent: 'dataRoot' }]);
  });

  it('know a directory that is no data root', async () => {
    const path = absolutePath('/etc/docker');
    const etc = section('1.2.5', { place: { kind: 'path', path }, literalPath: path });
    expect((await planOf({}, [etc])).watches).toMatchObject([{ path, extent: 'directory' }]);
  });

  it('know a data root that is not there yet: the next load makes a tree of it', async () => {
    const { watches } = await planOf({ absent: true });
    expect(watches).toMatchObject([{ path: ROOT, extent: 'dataRoot' }]);
  });

  it.each<[style: PlanOptions['style'], recursive: boolean, lines: readonly string[]]>([
    ['watch', true, ['-w /etc/docker -k docker']],
    ['watch', false, ['-a always,exit -F path=/etc/docker -F perm=rwxa -F key=docker']],
    [
      'syscall',
      true,
      [
        '-a always,exit -F arch=b64 -F dir=/etc/docker -F perm=rwxa -F key=docker',
        '-a always,exit -F arch=b32 -F dir=/etc/docker -F perm=rwxa -F key=docker',
      ],
    ],
    [
      'syscall',
      false,
      [
        '-a always,exit -F arch=b64 -F path=/etc/docker -F perm=rwxa -F key=docker',
        '-a always,exit -F arch=b32 -F path=/etc/docker -F perm=rwxa -F key=docker',
      ],
    ],
  ])('a directory in %s style, recursive %j', async (style, recursive, lines) => {
    const path = absolutePath('/etc/docker');
    const etc = section('1.2.5', { recursive, place: { kind: 'path', path }, literalPath: path });
    const plan = await planOf({ options: { style } }, [etc]);
    expect(linesOf(plan)).toEqual(lines);
    expect(plan.watches).toMatchObject([{ path, extent: recursive ? 'directory' : 'path' }]);
    expect(plan.promises).toEqual([{ control: '1.2.5', verdict: 'pass' }]);
  });

  it('are none where the files hold the rule already', async () => {
    expect((await planOf({ rules: [`-w ${ROOT} -p wa -k docker`] })).watches).toEqual([]);
  });
});

const HALTS = ['disk_full_action = HALT'];

describe('on a host that stops when its log is full', () => {
  it.each(['halt', 'single'])('%s leaves the data root out, and says why', async (action) => {
    const plan = await planOf({ auditdConf: [`disk_full_action = ${action}`] });
    expect(plan.edits).toEqual([]);
    expect(plan.watches).toEqual([]);
    expect(plan.leftOut).toEqual([
      {
        control: '1.2.4',
        reason: expect.stringContaining(`disk_full_action = ${action}`),
        mend: expect.stringContaining('--accept-noise'),
      },
    ]);
    expect(plan.leftOut[0]?.reason).toContain(ROOT);
  });

  it('the other controls are mended all the same', async () => {
    const place = { kind: 'unit', unit: 'docker.socket' } as const;
    const socket = section('1.2.7', { slug: 'docker-socket', place });
    const plan = await planOf({ auditdConf: HALTS }, [DATA_ROOT, socket]);
    expect(plan.leftOut.map(({ control }) => control)).toEqual(['1.2.4']);
    expect(plan.promises).toEqual([{ control: '1.2.7', verdict: 'pass' }]);
  });

  it('--accept-noise writes it, and the plan says what that means', async () => {
    const plan = await planOf({ auditdConf: HALTS, options: { acceptNoise: true } });
    expect(linesOf(plan)).toEqual([`-w ${ROOT} -p wa -k docker`]);
    expect(plan.leftOut).toEqual([]);
    expect(plan.notes).toContainEqual(
      expect.stringMatching(/^1\.2\.4: --accept-noise: .*disk_full_action = halt/),
    );
  });

  it('a rule that somebody wrote there stays, and is no reason to leave anything out', async () => {
    const rules = [`-w ${ROOT} -p wa -k docker`];
    expect((await planOf({ auditdConf: HALTS, rules })).leftOut).toEqual([]);
  });

  it('a plan made under other settings is another plan', async () => {
    const [plain, halts] = [await planOf({}), await planOf({ auditdConf: HALTS })];
    const accepted = await planOf({ auditdConf: HALTS, options: { acceptNoise: true } });
    expect(new Set([plain.inputs, halts.inputs, accepted.inputs]).size).toBe(3);
  });
});

describe('a log without an end', () => {
  it.each<[lines: readonly string[], isEndless: boolean]>([
    [['max_log_file_action = keep_logs'], true],
    [['max_log_file_action = ignore'], true],
    [['num_logs = 1'], true],
    [['max_log_file_action = suspend'], false],
    [[], false],
  ])('%j', async (auditdConf, isEndless) => {
    const { notes, leftOut } = await planOf({ auditdConf });
    expect(notes.filter((note) => note.includes('fills the disk'))).toHaveLength(isEndless ? 1 : 0);
    expect(leftOut).toEqual([]);
  });

  it('is no matter of a single file', async () => {
    const auditdConf = ['max_log_file_action = keep_logs'];
    const { notes } = await planOf({ auditdConf }, [SOCKET]);
    expect(notes).toEqual((await planOf({}, [SOCKET])).notes);
  });
});

it.each(['suspend', 'syslog', 'ignore', 'rotate', 'exec /bin/true'])(
  'disk_full_action = %s leaves nothing out',
  async (action) => {
    const plan = await planOf({ auditdConf: [`disk_full_action = ${action}`] });
    expect(plan.leftOut).toEqual([]);
    expect(linesOf(plan)).toEqual([`-w ${ROOT} -p wa -k docker`]);
  },
);
