import { expect, it } from 'vitest';

import type { Kernel } from '../../../src/discover/facts.ts';
import { ASSESSMENT, type Verdict } from '../../../src/evaluate/finding.ts';
import { type ExitOptions, exitStatus } from '../../../src/report/exit-status.ts';
import { facts, failing } from './situations.ts';

function status(verdicts: readonly Verdict[], options: ExitOptions = {}, kernel = facts.kernel) {
  const findings = verdicts.map((verdict) => {
    return { ...failing, verdict, assessment: ASSESSMENT[verdict] };
  });
  return exitStatus(findings, options, { kernel });
}

it.each<[readonly Verdict[], ExitOptions, number]>([
  [[], {}, 0],
  [['pass', 'pass'], {}, 0],
  [['pass', 'notApplicable'], {}, 0],
  [['pass', 'pending'], {}, 3],
  [['partial', 'pending'], {}, 2],
  [['fail', 'pass'], {}, 2],
  [['fail', 'error'], {}, 1],
  [['partial'], { failOn: 'partial' }, 2],
  [['partial'], { failOn: 'fail' }, 0],
  [['fail'], { failOn: 'fail' }, 2],
  [['partial', 'pending'], { failOn: 'fail' }, 3],
  [['notApplicable'], { failOn: 'notApplicable' }, 2],
  [['partial'], { failOn: 'notApplicable' }, 2],
  [['fail'], { exitZero: true }, 0],
  [['pending'], { exitZero: true }, 0],
  [['error'], { exitZero: true }, 1],
  [['pass'], { waiting: true }, 2],
  [['fail'], { waiting: true, exitZero: true }, 0],
  [['fail'], { blocked: true }, 1],
  [['fail'], { blocked: true, exitZero: true }, 1],
])('%j with %j is %i', (verdicts, options, expected) => {
  expect(status(verdicts, options)).toBe(expected);
});

it.each<[ExitOptions, 'pass' | 'fail' | 'notApplicable', number]>([
  [{ procedure: true }, 'fail', 2],
  [{ procedure: true }, 'pass', 0],
  [{ procedure: true }, 'notApplicable', 0],
  [{ procedure: true, exitZero: true }, 'fail', 0],
  [{ procedure: true, failOn: 'fail' }, 'fail', 2],
  [{ procedure: false }, 'fail', 0],
])("a pass with %j, where the book's command says %s, is %i", (options, verdict, expected) => {
  const procedure = { command: '', output: '', exit: 1, verdict };
  const finding = { ...failing, verdict: 'pass', assessment: 'pass', procedure } as const;
  expect(exitStatus([finding], options, facts)).toBe(expected);
});

it.each<[Extract<Kernel, { kind: 'unreachable' }>['cause'], number]>([
  ['privilege', 77],
  ['container', 78],
  ['noAudit', 78],
  ['noAuditctl', 1],
  ['unclear', 1],
])('an error because of %s is %i, whatever else was found', (cause, expected) => {
  const kernel: Kernel = { kind: 'unreachable', cause, reason: '' };
  expect(status(['fail', 'error'], { exitZero: true, blocked: true }, kernel)).toBe(expected);
});

it('a kernel that cannot be asked is no matter where no verdict needed it', () => {
  const kernel: Kernel = { kind: 'unreachable', cause: 'privilege', reason: '' };
  expect(status(['pass'], {}, kernel)).toBe(0);
});
