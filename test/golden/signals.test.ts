/** A signal in the middle of a change: the built program goes back first, and then ends by it. */

import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { listedOn, practised, type, type Practised } from '../support/hosts.ts';

/** Holds the program still right after it has told `step`, so that no signal can come too late. */
const holdAt = (step: string): string => {
  const script = `
const write = process.stderr.write.bind(process.stderr);
process.stderr.write = (text, ...rest) => {
  const done = write(text, ...rest);
  if (String(text).includes(${JSON.stringify(step)})) process.kill(process.pid, 'SIGSTOP');
  return done;
};`;
  return `--import=data:text/javascript,${encodeURIComponent(script)}`;
};

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
  ...STEPS.map((step) => ({ ...SIGNALS[0], scenario: 'fresh', step })),
];

describe('a signal in the middle of a change', () => {
  it.each(CASES)('$exit: $name on $scenario after ‘$step’', async (wanted) => {
    const { exit, name, scenario, step } = wanted;
    using made = await practised(scenario);
    const before = await standing(made);
    const ended = await cli(['demo', '--dir', made.directory, '--yes'], {
      env: { NODE_OPTIONS: holdAt(step) },
      onStart: async (child) => {
        await stopped(child);
        child.kill(name);
        child.kill('SIGCONT');
      },
    });
    expect(ended.exit, ended.stderr).toBe(exit);
    expect(ended.stderr).toContain('rolled back');
    const history = await cli(['demo', '--dir', made.directory, 'history', '--format', 'json']);
    expect(JSON.parse(history.stdout)).toMatchObject({ changes: [{ state: 'rolledBack' }] });
    expect(await standing(made)).toEqual(before);
  });
});

/** Until it holds still. Source: proc(5), the state in /proc/PID/stat. */
async function stopped({ pid }: ChildProcess): Promise<void> {
  for (;;) {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')) return;
    await sleep(5);
  }
}

/** Files of the audit, the kernel's table and its status. */
async function standing({ host, root }: Practised) {
  const folder = join(root, 'etc/audit');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  return {
    files: names.map((name) => {
      const stats = statSync(join(folder, name));
      const text = stats.isFile() ? readFileSync(join(folder, name), 'utf8') : undefined;
      // A journal keeps times to the millisecond.
      const time = text === undefined ? 0 : Math.floor(stats.mtimeMs);
      return { name, mode: stats.mode, time, text };
    }),
    table: await listedOn(host),
    status: (await type(host, '/sbin/auditctl -s')).stdout.replace(/^pid \d+$/m, ''),
  };
}
