import { readFileSync } from 'node:fs';

import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';

import type { Statement } from '../../../src/audit/rule.ts';
import { benchmark } from '../../../src/controls/load.ts';
import { PrivilegeFailure } from '../../../src/errors.ts';
import { ASSESSMENT, type Finding, type Verdict } from '../../../src/evaluate/finding.ts';
import { failureJson, historyJson, reportJson } from '../../../src/report/json.ts';
import type { Report } from '../../../src/report/report.ts';
import { decode } from '../../../src/text.ts';
import {
  absent,
  change,
  facts,
  failing,
  HOSTILE,
  image,
  loudPlan,
  passing,
  path,
  plan,
  report,
  run,
  RULES,
} from './situations.ts';

const ajv = new Ajv2020({ allErrors: true });

function validator(name: string) {
  const url = new URL(`../../../templates/schema/${name}.schema.json`, import.meta.url);
  const validate = ajv.compile(JSON.parse(readFileSync(url, 'utf8')));
  return (text: string) => {
    validate(JSON.parse(text));
    return validate.errors ?? [];
  };
}

const reportErrors = validator('report');
const historyErrors = validator('change');

const never: Statement = {
  kind: 'blank',
  origin: { kind: 'file', file: path('/etc/audit/rules.d/10.rules'), line: 2 },
  text: '-a never,task',
};

const partial: Finding['running'] = {
  kind: 'partial',
  by: [never],
  lacks: [
    { kind: 'permission', permissions: ['w', 'a'] },
    { kind: 'architecture', architecture: 'b32' },
    { kind: 'narrowed', by: never, field: 'auid>=1000' },
    { kind: 'silenced', by: never },
    { kind: 'fragile', by: never, reason: 'the next run of augenrules erases it' },
    { kind: 'target', path: '/usr/bin/dockerd' },
    { kind: 'boot', reason: '/run/x is not there at boot' },
  ],
};

function judged(verdict: Verdict, more: Partial<Finding> = {}): Finding {
  return { ...failing, verdict, assessment: ASSESSMENT[verdict], ...more };
}

const everyVerdict: Finding[] = [
  passing,
  absent,
  judged('partial', { running: partial, persistent: partial, mend: 'Remove it.' }),
  judged('fail', { running: { kind: 'suppressed', by: never, reason: 'an earlier rule wins' } }),
  judged('fail', {
    running: { kind: 'suppressed', by: undefined, reason: 'auditing is off' },
    evidence: [{ origin: { kind: 'state' }, text: 'enabled 0' }],
  }),
  judged('pending', { running: { kind: 'absent' } }),
  judged('error', { running: { kind: 'unknown', reason: 'not root' }, procedure: undefined }),
];

describe('the JSON report', () => {
  it('is as the schema says, for every verdict', async () => {
    expect(reportErrors(await reportJson({ ...report, findings: everyVerdict }))).toEqual([]);
  });

  it('is as the schema says, with a plan, a change and its steps', async () => {
    const full: Report = {
      ...report,
      before: [failing],
      plan: {
        ...plan,
        leftOut: [{ control: '1.2.7', reason: 'silenced', mend: 'remove line 3' }],
        promises: [{ control: '1.2.3', verdict: 'pass', procedure: 'pass' }],
        blockers: [
          { reason: 'no room', mend: 'make room' },
          { path: RULES, line: 3, reason: 'refused', mend: 'remove it' },
        ],
      },
      change: { ...change, note: 'n' },
      steps: [
        { kind: 'started', step: 'load' },
        { kind: 'done', step: 'load', detail: 'two rules', ms: 12 },
      ],
      exitCode: 0,
    };
    expect(reportErrors(await reportJson(full))).toEqual([]);
  });

  it('has the fields that programs look for', async () => {
    const document = JSON.parse(
      await reportJson({ ...report, findings: [{ ...passing, dissent: 'it is spelled so' }] }),
    );
    expect(document).toMatchObject({
      byTheBook: { pass: 1, alsoByCommand: 0, demanded: false },
      schemaVersion: 1,
      tool: { name: 'dockaudit', version: '0.1.0' },
      run: { host: 'web-1', loginuid: 1000, startedAt: '2026-11-22T02:45:00.000Z' },
      benchmark: 'cis-docker-1.2.0',
      findings: [
        {
          control: '1.2.3',
          verdict: 'pass',
          assessment: 'pass',
          basis: 'kernel+files',
          running: { kind: 'covered' },
          procedure: 'fail',
          procedureEvidence: { output: '', exit: 1 },
          procedureDissent:
            'its own command says fail, by text; our pass is the one to trust: it is spelled so',
          evidence: [
            { origin: { file: '/etc/audit/rules.d/zz-docker.rules', line: 4 } },
            { origin: { kernelIndex: 1 } },
          ],
        },
      ],
      exitCode: 2,
    });
    expect(document).not.toHaveProperty('plan');
    expect(document).not.toHaveProperty('change');
  });

  it('marks a number that nobody saw in the source, here and in other benchmarks', async () => {
    const [section = passing.section] = benchmark('cis-docker-1.5.0').sections;
    const text = await reportJson({ ...report, findings: [{ ...passing, section }] });
    expect(reportErrors(text)).toEqual([]);
    const [finding] = JSON.parse(text).findings;
    expect(finding.unverified).toMatch(/^The number was not seen/);
    expect(finding.otherNumbers).toContainEqual({
      benchmark: 'cis-docker-1.2.0',
      number: '1.2.3',
      unverified: false,
    });
    expect(finding.otherNumbers).toContainEqual({
      benchmark: 'cis-docker-1.8.0',
      number: '1.1.3',
      unverified: true,
    });
  });

  it('says null for the change of a plan that was not carried out', async () => {
    const document = JSON.parse(await reportJson({ ...report, plan }));
    expect(document.change).toBeNull();
    expect(document.plan.commands).toEqual([
      ['/usr/sbin/augenrules', '--load'],
      ['/usr/sbin/service', 'auditd', 'restart'],
    ]);
    expect(document.plan.watches).toMatchObject([
      { control: '1.2.3', path: '/usr/sbin/dockerd', permissions: 'rwxa', extent: 'path' },
    ]);
    expect(document.plan.edits[0].diff).toBe(
      '--- /dev/null\n+++ b/etc/audit/rules.d/zz-docker.rules\n' +
        '@@ -0,0 +1,3 @@\n+\n+# dockerd\n+-w /usr/sbin/dockerd -k docker\n',
    );
  });

  it('tells the live rules last, and what is taken out of force', async () => {
    const text = await reportJson({ ...report, plan: loudPlan });
    expect(reportErrors(text)).toEqual([]);
    const document = JSON.parse(text);
    expect(document.plan.commands.at(-1).join(' ')).toBe(
      '/usr/sbin/auditctl -w /run/x/docker.socket -k docker',
    );
    expect(document.plan.unsilenced).toEqual([
      {
        controls: ['1.2.3', '1.2.7'],
        text: '-a task,never',
        file: '/etc/audit/rules.d/10-none.rules',
        line: 4,
        kernelIndex: 1,
      },
    ]);
  });

  it('keeps the exact diff of bytes that are no text in base64', async () => {
    const [first] = plan.edits;
    const after = { ...image(''), bytes: Uint8Array.of(0x23, 0xff, 0x0a) };
    const edits = first ? [{ ...first, after }] : [];
    const text = await reportJson({ ...report, plan: { ...plan, edits } });
    const [edit] = JSON.parse(text).plan.edits;
    expect(edit.diff).toContain('+#\\xff\n');
    expect([...Buffer.from(edit.diffBase64, 'base64').subarray(-3)]).toEqual([0x23, 0xff, 0x0a]);
    expect(reportErrors(text)).toEqual([]);
  });

  it('puts no control character and no lone surrogate on a terminal', async () => {
    const stray = decode(Uint8Array.of(0x61, 0xff));
    const machine = { ...facts.machine, name: HOSTILE + stray };
    const text = await reportJson({ ...report, facts: { ...facts, machine } });
    // oxlint-disable-next-line no-control-regex -- finding control characters is the point
    expect(text.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e]|\\u[dD][89a-fA-F]/);
    expect(JSON.parse(text).run.host).toBe(`${HOSTILE}a\\xff`);
  });

  it('tells a failure in a short document', () => {
    const failure = new PrivilegeFailure('cannot read the rules: not root', 'sudo dockaudit');
    const text = failureJson(run.tool, failure);
    expect(reportErrors(text)).toEqual([]);
    expect(JSON.parse(text)).toEqual({
      schemaVersion: 1,
      tool: { name: 'dockaudit', version: '0.1.0' },
      error: {
        class: 'PrivilegeFailure',
        message: 'cannot read the rules: not root',
        advice: 'sudo dockaudit',
      },
      exitCode: 77,
    });
  });
});

describe('the JSON history', () => {
  it('tells until when a change waits', () => {
    const at = '2026-11-22T02:47:00.000Z';
    const waiting = {
      ...change,
      state: 'unconfirmed',
      deadline: { at, watcher: 'timer' },
    } as const;
    const text = historyJson({ run, changes: [waiting], vanished: [], exitCode: 0 });
    expect(historyErrors(text)).toEqual([]);
    expect(JSON.parse(text).changes).toMatchObject([{ state: 'unconfirmed', deadline: at }]);
  });

  it('lists the changes', () => {
    const text = historyJson({ run, changes: [change], vanished: [], exitCode: 0 });
    expect(historyErrors(text)).toEqual([]);
    expect(JSON.parse(text).changes).toEqual([
      {
        id: '20261122T024500Z-1',
        time: '2026-11-22T02:45:00.000Z',
        state: 'kept',
        controls: ['1.2.3'],
        paths: ['/etc/audit/rules.d/zz-docker.rules'],
        backup: '/var/lib/dockaudit/changes/20261122T024500Z-1',
        restarted: true,
        vanished: [],
      },
    ]);
  });
});
