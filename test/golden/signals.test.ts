/** A signal in the middle of a change: the built program goes back first, and then ends by it. */

import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { holdAt, standing, stopped } from '../support/held.ts';
import { practised } from '../support/hosts.ts';

interface Case {
  readonly exit: number;
  readonly name: NodeJS.Signals;
  readonly scenario: string;
  /** The step that is told last. */
  readonly step: string;
}

const SIGNALS = [
  { exit: 130, name: 'SIGINT' },
  { exit: 143, name: 'SIGTERM' },
  { exit: 129, name: 'SIGHUP' },
] as const;

/** Rarer; SIGQUIT is a key of the terminal (Ctrl-\), and SIGUSR1 opens Node's inspector by default. */
const RARE = [
  { exit: 131, name: 'SIGQUIT' },
  { exit: 138, name: 'SIGUSR1' },
  { exit: 140, name: 'SIGUSR2' },
  { exit: 142, name: 'SIGALRM' },
  { exit: 158, name: 'SIGPWR' },
] as const;

const STEPS = [
  'write /etc/audit/rules.d/zz-docker.rules',
  '/usr/sbin/augenrules --load',
  'read the table back',
  'restart auditd',
  'judge the host again',
];

const CASES: readonly Case[] = [
  ...SIGNALS.flatMap((signal) =>
    ['fresh', 'kernel-only-rules', 'auditd-stopped'].map((scenario) => ({
      ...signal,
      scenario,
      step: 'back up',
    })),
  ),
  ...RARE.map((signal) => ({ ...signal, scenario: 'fresh', step: 'back up' })),
  ...STEPS.flatMap((step) => SIGNALS.map((signal) => ({ ...signal, scenario: 'fresh', step }))),
];

describe('a signal in the middle of a change', () => {
  it.each(CASES)('$exit: $name on $scenario after ‘$step’', async (wanted) => {
    const { exit, name, scenario, step } = wanted;
    using made = await practised(scenario);
    const before = await standing(made);
    const ended = await cli(['demo', '--dir', made.directory, '--yes'], {
      env: { NODE_OPTIONS: holdAt(step) },
      onStart: async (child) => {
        await stopped(child.pid);
        child.kill(name);
        child.kill('SIGCONT');
      },
    });
    expect(ended.exit, ended.stderr).toBe(exit);
    expect(ended.stderr).toContain('rolled back');
    expect(ended.stderr).not.toContain('Debugger');
    const history = await cli(['demo', '--dir', made.directory, 'history', '--format', 'json']);
    expect(JSON.parse(history.stdout)).toMatchObject({ changes: [{ state: 'rolledBack' }] });
    expect(await standing(made)).toEqual(before);
  });
});
