import { stripVTControlCharacters } from 'node:util';

import { describe, expect, it } from 'vitest';

import { RollbackFailure, UsageFailure } from '../../../src/errors.ts';
import type { Finding } from '../../../src/evaluate/finding.ts';
import { describeFindings } from '../../../src/report/findings.ts';
import { describeHistory } from '../../../src/report/history.ts';
import { describeHost } from '../../../src/report/host.ts';
import { judged } from '../../../src/report/judged.ts';
import { tallyText } from '../../../src/report/procedure.ts';
import { describePlan } from '../../../src/report/proposal.ts';
import type { HostFacts } from '../../../src/report/report.ts';
import { describeClosing, describeFailure, describeReport } from '../../../src/report/text.ts';
import {
  absent,
  ascii,
  benchmark,
  change,
  colourful,
  facts,
  failing,
  HOSTILE,
  loudPlan,
  narrow,
  passing,
  path,
  plain,
  plan,
  report,
  run,
  RULES,
  wide,
} from './situations.ts';

const JUDGED =
  '2 of the 2 audit-rule controls of CIS Docker 1.2.0 (1.1.3 and 1.1.9 in later versions); ' +
  'nothing else of the benchmark was judged.';

describe('what was judged', () => {
  it('is said of two controls and of one', () => {
    expect(judged(benchmark, [failing, absent])).toBe(JUDGED);
    expect(judged(benchmark, [failing])).toBe(
      '1 of the 2 audit-rule controls of CIS Docker 1.2.0 (1.1.3 in later versions); ' +
        'nothing else of the benchmark was judged.',
    );
  });

  it.each([plain, narrow, wide])(
    'is the first and the last line of every report',
    async (style) => {
      const changed = {
        ...report,
        before: report.findings,
        findings: [passing, absent],
        plan,
        change,
      };
      const texts = [await describeReport(report, style), await describeReport(changed, style)];
      for (const text of texts) {
        const lines = text.split('\n');
        expect([lines[0], lines.at(-1)]).toEqual([JUDGED, JUDGED]);
      }
    },
  );

  it('is wrapped at words on a screen only', async () => {
    const text = await describeReport(report, { ...plain, screen: true });
    expect(text.split('\n').slice(0, 2)).toEqual([
      '2 of the 2 audit-rule controls of CIS Docker 1.2.0 (1.1.3 and 1.1.9 in later',
      'versions); nothing else of the benchmark was judged.',
    ]);
  });
});

describe('the host', () => {
  it('is stated in a few aligned lines', () => {
    expect(describeHost(report, plain)).toBe(
      [
        'Host web-1',
        '  system         Debian GNU/Linux 12 (bookworm), x86_64',
        '  audit          3.0.9',
        '  rules          /etc/audit/audit.rules, loaded by auditd.service',
        '  events         auditd takes them (pid 812)',
        '  kernel         auditing is on; 0 events lost since boot',
        '  dockerd        /usr/sbin/dockerd',
        '  docker.socket  there is no unit docker.socket',
      ].join('\n'),
    );
  });

  it.each<[Partial<HostFacts>, string]>([
    [{ version: undefined }, 'its version is unknown'],
    [{ mechanism: { kind: 'none', reason: 'auditd is off' } }, 'nothing loads them: auditd is off'],
    [{ consumer: { kind: 'other', pid: 5, name: 'osqueryd' } }, 'osqueryd takes them (pid 5), not'],
    [{ consumer: { kind: 'none' } }, 'nobody takes them: auditd is not running'],
    [{ consumer: { kind: 'auditd', pid: 5, discards: 'x' } }, '(pid 5) but keeps nothing: x'],
    [{ kernel: { kind: 'notAsked' } }, 'not asked: files only'],
    [
      { kernel: { kind: 'unreachable', cause: 'privilege', reason: 'not root' } },
      'cannot be asked: not root',
    ],
    [{ notes: ['/etc is read-only'] }, 'note           /etc is read-only'],
  ])('says what is unusual: %j', (more, expected) => {
    expect(describeHost({ ...report, facts: { ...facts, ...more } }, wide)).toContain(expected);
  });
});

const silenced: Finding = {
  ...failing,
  reason: 'An earlier rule silences the watch.',
  mend: 'Remove line 3 of /etc/audit/rules.d/10-quiet.rules, then run dockaudit again.',
  advice: ['Watch reads too: -p rwxa.'],
  running: { kind: 'suppressed', by: undefined, reason: 'a never rule wins' },
  procedure: { command: 'auditctl -l | grep x', output: 'x', exit: 0, verdict: 'pass' },
  dissent: 'another rule silences the one that it finds',
  evidence: [
    {
      origin: { kind: 'file', file: path('/etc/audit/rules.d/10-quiet.rules'), line: 3 },
      text: '-a never,task',
    },
    {
      origin: { kind: 'kernel', index: 1 },
      text: '-a never,task',
      source: { kind: 'file', file: path('/etc/audit/rules.d/10-quiet.rules'), line: 3 },
    },
    { origin: { kind: 'kernel', index: 2 }, text: '-w /etc/docker -p wa' },
  ],
};

describe('a verdict', () => {
  it('comes with its reason, the lines that decide it, and what to do', () => {
    expect(describeFindings([silenced, absent], plain)).toBe(
      [
        '✘ fail            1.2.3  The Docker daemon is audited',
        '  An earlier rule silences the watch.',
        '    /etc/audit/rules.d/10-quiet.rules:3  -a never,task',
        '    kernel #1                            -a never,task',
        '    kernel #2 (in no file)               -w /etc/docker -p wa',
        '  in the kernel  silenced: a never rule wins',
        '  in the files   no rule',
        '  the book       its own command says pass, by text; our fail is the one to',
        '                 trust: another rule silences the one that it finds',
        '  mend           Remove line 3 of /etc/audit/rules.d/10-quiet.rules, then run',
        '                 dockaudit again.',
        '  advice         Watch reads too: -p rwxa.',
        '',
        '– not applicable  1.2.7  The unit file docker.socket is audited',
        '  There is no unit docker.socket on this host.',
      ].join('\n'),
    );
  });

  it('marks a number that nobody saw in the book, and says so once', () => {
    const section = { ...passing.section, unverified: 'Concluded from the version before.' };
    const [first = '', ...rest] = describeFindings([{ ...passing, section }], plain).split('\n\n');
    expect(first).toContain('1.2.3*  ');
    expect(rest.join('\n').replace(/\s+/g, ' ')).toMatch(
      /^\* its number .* 'dockaudit explain 1\.2\.3'/,
    );
    expect(describeFindings([passing], plain)).not.toContain('*');
  });

  it('has words alone where there are no glyphs', () => {
    expect(describeFindings([passing], ascii).split('\n')[0]).toBe(
      'pass  1.2.3  The Docker daemon is audited',
    );
  });

  it('fits a narrow screen, and no path is broken', () => {
    expect(describeFindings([silenced], narrow).split('\n')).toEqual([
      '✘ fail  1.2.3',
      '  The Docker daemon is audited',
      '  An earlier rule silences the',
      '  watch.',
      '    /etc/audit/rules.d/10-quiet.rules:3',
      '      -a never,task',
      '    kernel #1',
      '      -a never,task',
      '    kernel #2 (in no file)',
      '      -w /etc/docker -p wa',
      '  in the kernel',
      '    silenced: a never rule',
      '    wins',
      '  in the files',
      '    no rule',
      '  the book',
      '    its own command says pass,',
      '    by text; our fail is the',
      '    one to trust: another rule',
      '    silences the one that it',
      '    finds',
      '  mend',
      '    Remove line 3 of',
      '    /etc/audit/rules.d/10-quiet.rules,',
      '    then run dockaudit again.',
      '  advice',
      '    Watch reads too: -p rwxa.',
    ]);
  });
});

describe('the tally', () => {
  const byText = { command: '', output: 'x', exit: 0, verdict: 'pass' } as const;
  const both: Finding = { ...passing, procedure: byText };

  it.each<[readonly Finding[], boolean, string]>([
    [[failing, absent], false, "0 pass by meaning, 0 of them also by the book's command"],
    [[both, passing], false, "2 pass by meaning, 1 of them also by the book's command"],
    [
      [both, passing],
      true,
      "2 pass by meaning, 1 of them also by the book's command; --procedure asks for both, and " +
        '1.2.3 lacks the second',
    ],
    [[both, failing], true, "1 pass by meaning, 1 of them also by the book's command"],
    [
      [{ ...passing, procedure: undefined }],
      true,
      "1 pass by meaning; the book's command was not followed here",
    ],
  ])('counts by meaning and by text', (findings, isDemanded, expected) => {
    expect(tallyText(findings, isDemanded)).toBe(expected);
  });

  it('stands below the heading of the verdicts', async () => {
    expect(await describeReport(report, plain)).toMatch(
      /^Verdicts: .*\n {2}0 pass by meaning, 0 of them also by the book's command\n\n/m,
    );
  });
});

describe('the plan', () => {
  it('says what no file may hold and what is taken out of force, with the last command last', async () => {
    const text = await describePlan(loudPlan, report.facts, wide);
    expect(text.split('\n\n')[0]?.replace(/\s+/g, ' ')).toBe(
      'Plan: write 1 file, comment out 1 line, load the rules, restart auditd and add 1 rule that no file may hold for 1.2.3 and 1.2.7',
    );
    const [, commands = ''] = text.split('Commands, in order\n');
    expect(commands.split('\n').filter((line) => line.startsWith('  /'))).toEqual([
      '  /usr/sbin/augenrules --load',
      '  /usr/sbin/service auditd restart',
      '  /usr/sbin/auditctl -w /run/x/docker.socket -k docker',
      '  /etc/audit/rules.d/10-none.rules:4  -a task,never',
    ]);
    expect(text).toContain('    it silences 1.2.3 and 1.2.7');
  });

  it('names controls in the order of the book, and sets their promises below each other', async () => {
    const [edit] = plan.edits;
    if (edit === undefined) throw new Error('no edit');
    const text = await describePlan(
      {
        ...plan,
        edits: [{ ...edit, satisfies: ['1.1.10', '1.1.9', '1.1.3'] }],
        promises: [
          { control: '1.1.9', verdict: 'pass' },
          { control: '1.1.10', verdict: 'pass' },
        ],
      },
      facts,
      wide,
    );
    expect(text.split('\n')[0]).toMatch(/ for 1\.1\.3, 1\.1\.9 and 1\.1\.10$/);
    const [, promises = ''] = text.split('Expected verdicts\n');
    expect(promises.split('\n').slice(0, 2)).toEqual(['  1.1.9   ✔ pass', '  1.1.10  ✔ pass']);
  });

  it('shows every file, what follows, and the commands with their reasons', async () => {
    expect(await describePlan(plan, facts, plain)).toBe(
      [
        'Plan: write 1 file, load the rules and restart auditd for 1.2.3',
        '',
        'Write /etc/audit/rules.d/zz-docker.rules',
        '  new file, mode 0640, for 1.2.3',
        '--- /dev/null',
        '+++ b/etc/audit/rules.d/zz-docker.rules',
        '@@ -0,0 +1,3 @@',
        '+',
        '+# dockerd',
        '+-w /usr/sbin/dockerd -k docker',
        '',
        'Then /etc/audit/audit.rules',
        '  as the loader of this host will write it, from the files above',
        '--- a/etc/audit/audit.rules',
        '+++ b/etc/audit/audit.rules',
        '@@ -1,1 +1,3 @@',
        ' -D',
        '+',
        '+-w /usr/sbin/dockerd -k docker',
        '',
        "The kernel's rules",
        '  1 before, 2 after',
        '    -w /etc/passwd -p wa -k identity',
        '  + -w /usr/sbin/dockerd -p rwxa -k docker',
        '',
        "The kernel's status",
        '  unchanged: enabled 1, failure 1',
        '',
        'Commands, in order',
        '  /usr/sbin/augenrules --load',
        '    The table becomes the present one plus ours.',
        '  /usr/sbin/service auditd restart',
        '    It proves that the rules outlive a restart; about a second of events is',
        '    missed.',
        '',
        'What it will log',
        '  path      /usr/sbin/dockerd',
        '            nothing measurable for other work; each access that it records is',
        '            one event',
        '  an event  about 0.042 ms and 1.1 KB of log, in 6 records',
        '',
        'Where it goes',
        '  log        /var/log/audit/audit.log: 5 files of 8 MiB, 40 MiB in all (about',
        '             38,000 events); then the oldest is overwritten',
        '  room       12.0 GiB of 20.0 GiB free (about 12,000,000 events);',
        '             /var/log/audit/ shares its file system with other files',
        '  low room   below 75 MiB auditd warns in syslog; below 50 MiB auditd records',
        '             nothing until it is told to resume',
        '  full disk  auditd records nothing until it is told to resume; after an error',
        '             of the disk, too',
        '',
        'Expected verdicts',
        '  1.2.3  ✔ pass',
      ].join('\n'),
    );
  });

  it('names file, line and mend of what blocks it', async () => {
    const blocked = {
      ...plan,
      edits: [],
      watches: [],
      preview: [],
      promises: [],
      activation: { kind: 'none', reason: '' },
      daemon: { kind: 'leave', reason: '' },
      leftOut: [{ control: '1.2.7', reason: 'An earlier rule silences it.', mend: 'remove it' }],
      blockers: [{ path: RULES, line: 3, reason: 'No such field.', mend: 'sed -i 3d FILE' }],
    } as const;
    expect(await describePlan(blocked, facts, plain)).toBe(
      [
        'Left out',
        '  1.2.7  An earlier rule silences it.',
        '         Mend: remove it',
        '',
        'Blocked: nothing will be changed',
        '  /etc/audit/rules.d/zz-docker.rules:3',
        '  No such field.',
        '  Mend: sed -i 3d FILE',
      ].join('\n'),
    );
  });

  it('names who will notice, before what there is to know', async () => {
    const witnesses = [
      { kind: 'scanner' as const, who: 'AIDE', what: 'reports the changed files' },
    ];
    const text = await describePlan({ ...plan, witnesses, notes: ['A note.'] }, facts, plain);
    expect(text).toContain('Who will notice\n  AIDE  reports the changed files\n\nTo know\n');
  });

  it('says when nothing is left to do, and why nothing runs', async () => {
    const waiting = {
      ...plan,
      edits: [],
      watches: [],
      preview: [],
      promises: [],
      activation: { kind: 'reboot', reason: 'The kernel is locked.' },
      daemon: { kind: 'leave', reason: 'A restart would not load anything.' },
    } as const;
    expect(await describePlan(waiting, facts, plain)).toBe('Plan: nothing to change');
    const [, ...rest] = (await describePlan({ ...waiting, edits: plan.edits }, facts, plain)).split(
      '\n\n',
    );
    expect(rest.at(-1)).toBe(
      'No command will run\n  The kernel is locked.\n  A restart would not load anything.',
    );
  });
});

describe('the outcome', () => {
  it('puts the verdicts side by side and says how to undo', () => {
    const text = describeClosing(
      {
        ...report,
        before: [failing, absent],
        findings: [passing, absent],
        change,
        byHand: ['rm -f /etc/audit/rules.d/zz-docker.rules', 'auditctl -D'],
      },
      plain,
    );
    expect(text).toBe(
      [
        'Verdicts before and after',
        '  1.2.3  ✘ fail            →  ✔ pass            The Docker daemon is audited',
        '  1.2.7  – not applicable  →  – not applicable  The unit file docker.socket is',
        '                                                audited',
        "  1 pass by meaning, 0 of them also by the book's command",
        '',
        'Change 20261122T024500Z-1: kept',
        '  backup  /var/lib/dockaudit/changes/20261122T024500Z-1/',
        '  To undo it:',
        '    dockaudit rollback 20261122T024500Z-1',
        '  Without dockaudit, as root:',
        '    rm -f /etc/audit/rules.d/zz-docker.rules',
        '    auditctl -D',
        '',
        JUDGED,
      ].join('\n'),
    );
  });

  it('does not offer to undo what was rolled back', () => {
    const rolledBack = { ...change, state: 'rolledBack', note: 'It did not verify.' } as const;
    const text = describeClosing({ ...report, change: rolledBack }, plain);
    expect(text).toContain('Change 20261122T024500Z-1: rolled back\n  note    It did not verify.');
    expect(text).not.toContain('undo');
  });
});

describe('the history', () => {
  it('lists the changes, the latest first', () => {
    const older = {
      ...change,
      state: 'rolledBack',
      record: { ...change.record, id: 'old' },
    } as const;
    const record = { ...change.record, time: '2026-11-23T00:00:00Z' };
    const text = describeHistory(
      { run, changes: [older, { ...change, record }], vanished: [], exitCode: 0 },
      plain,
    );
    expect(text.split('\n\n')).toEqual([
      [
        '20261122T024500Z-1  kept',
        '  when      2026-11-23 00:00:00 UTC',
        '  asked     dockaudit fix',
        '  controls  1.2.3',
        '  files     /etc/audit/rules.d/zz-docker.rules',
        '  backup    /var/lib/dockaudit/changes/20261122T024500Z-1/',
      ].join('\n'),
      expect.stringMatching(/^old {2}rolled back\n/),
    ]);
  });

  it('says when there is none', () => {
    expect(describeHistory({ run, changes: [], vanished: [], exitCode: 0 }, plain)).toBe(
      'No change was made on this host.',
    );
  });
});

describe('a failure', () => {
  it('is one sentence and one line of advice', () => {
    const failure = new UsageFailure("cannot find a control '1.2.33'", 'did you mean 1.2.3?');
    expect(describeFailure(failure, plain)).toBe(
      "dockaudit: cannot find a control '1.2.33'\n  did you mean 1.2.3?",
    );
  });

  it('keeps the commands that finish a rollback on lines of their own', () => {
    const failure = new RollbackFailure('cannot restore', 'id', ['cp a b', 'auditctl -D']);
    expect(describeFailure(failure, plain).split('\n').slice(-2)).toEqual([
      '  cp a b',
      '  auditctl -D',
    ]);
  });
});

describe('a hostile host', () => {
  it.each([plain, colourful, narrow])('never reaches the terminal raw', async (style) => {
    const finding: Finding = {
      ...silenced,
      reason: HOSTILE,
      mend: HOSTILE,
      advice: [HOSTILE],
      running: { kind: 'unknown', reason: HOSTILE },
      evidence: [{ origin: { kind: 'file', file: path(`/${HOSTILE}`), line: 1 }, text: HOSTILE }],
    };
    const hostile = {
      ...report,
      facts: {
        ...facts,
        machine: {
          ...facts.machine,
          name: HOSTILE,
          distribution: { title: HOSTILE, id: HOSTILE, like: [] },
        },
        consumer: { kind: 'other', pid: 1, name: HOSTILE } as const,
        notes: [HOSTILE],
      },
      before: [finding],
      findings: [finding],
      plan: {
        ...plan,
        preview: [{ kind: 'table', before: [HOSTILE], after: [`${HOSTILE}2`] } as const],
        notes: [HOSTILE],
        witnesses: [{ kind: 'rule' as const, who: HOSTILE, what: HOSTILE }],
        leftOut: [{ control: '1.2.3', reason: HOSTILE, mend: HOSTILE }],
        blockers: [{ path: path(`/${HOSTILE}`), reason: HOSTILE, mend: HOSTILE }],
      },
      change: { ...change, note: HOSTILE },
      byHand: [HOSTILE],
    };
    const history = describeHistory(
      { run, changes: [hostile.change], vanished: [], exitCode: 0 },
      style,
    );
    const drawn = `${await describeReport(hostile, style)}${history}`;
    const text = style.colour ? stripVTControlCharacters(drawn) : drawn;
    // oxlint-disable-next-line no-control-regex -- finding control characters is the point
    expect(text.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]/);
    expect(text).toContain('\\x1b[2J');
  });
});

it('colour adds nothing but colour', async () => {
  const full = { ...report, before: [silenced], plan, change };
  expect(stripVTControlCharacters(await describeReport(full, colourful))).toBe(
    await describeReport(full, plain),
  );
});
