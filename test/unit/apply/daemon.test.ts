/** auditd is asked to end and started again: each step waits for the one before to have its effect. */

import { describe, expect, it } from 'vitest';
import { bringDaemon } from '../../../src/apply/daemon.ts';
import type { Argv, Exit, Host } from '../../../src/host/host.ts';
import { absolutePath } from '../../../src/paths.ts';
import { encode } from '../../../src/text.ts';
import { dockaudit, goldenHost, parseManifest, readReport } from '../../support/golden.ts';

const AUDITCTL = absolutePath('/usr/sbin/auditctl');
const SYSTEMCTL = absolutePath('/usr/bin/systemctl');
const SIGNAL: Argv = [AUDITCTL, '--signal', 'TERM'];
const START: Argv = [SYSTEMCTL, 'start', 'auditd'];
const OLD = 412;
const NEW = 500;

interface Scripted {
  readonly host: Host;
  /** Each command, and each new pid as `auditctl -s` shows it, in order. */
  readonly story: readonly string[];
}

function answered(stdout: string): Exit {
  return { status: 0, stdout: encode(stdout), stderr: new Uint8Array() };
}

function never(): never {
  throw new Error('not to be asked');
}

/**
 * A host whose auditd ends `lastsMs` after it was told to; a start while it runs does nothing, as
 * systemd has it. All else is not to be asked.
 */
function scripted(lastsMs: number): Scripted {
  const story: string[] = [];
  let now = 0;
  let pid = OLD;
  let endsAt = Infinity;
  const tick = (): void => {
    if (pid === OLD && now >= endsAt) pid = 0;
  };
  const tell = (line: string): void => {
    if (story.at(-1) !== line) story.push(line);
  };
  const host: Host = {
    read: never,
    readPart: never,
    list: never,
    look: never,
    space: never,
    touch: never,
    resolve: never,
    replace: never,
    remove: never,
    removeDirectory: never,
    makeDirectory: never,
    exclusively: never,
    launch: never,
    clock: {
      now: () => new Date(now),
      pause: async (ms) => {
        now += ms;
        tick();
      },
    },
    ask: async ({ argv }) => {
      if (argv[0] === SYSTEMCTL) return answered('inactive\n');
      if (argv[1] === '-l') return answered('No rules\n');
      tell(`pid ${pid}`);
      return answered(`enabled 1\nfailure 1\npid ${pid}\n`);
    },
    run: async ({ argv }) => {
      tell(argv.slice(1).join(' '));
      if (argv === SIGNAL) endsAt = now + lastsMs;
      if (argv === START && pid === 0) pid = NEW;
      return answered('');
    },
  };
  return { host, story };
}

const programs = { auditctl: AUDITCTL, systemctl: SYSTEMCTL };

const restart = (host: Host) =>
  bringDaemon(host, programs, [SIGNAL, START], ({ pid }) =>
    pid === NEW ? undefined : 'auditd was not restarted',
  );

describe('a daemon that is ended by a signal', () => {
  it.each([0, 30, 5000])('is started once it has ended, %i ms later', async (lastsMs) => {
    const { host, story } = scripted(lastsMs);
    await restart(host);
    expect(story).toEqual(['--signal TERM', `pid ${OLD}`, 'pid 0', 'start auditd', `pid ${NEW}`]);
  });

  it('is not started again where it never ends', async () => {
    const { host, story } = scripted(Infinity);
    await expect(restart(host)).rejects.toThrow('auditd is still running');
    expect(story).toEqual(['--signal TERM', `pid ${OLD}`]);
  });
});

describe('a unit that refuses a manual stop', () => {
  it('is ended by a signal and started where there are no legacy actions', async () => {
    using made = await goldenHost(
      parseManifest(
        JSON.stringify({
          situation: 'RefuseManualStop=yes, no legacy-actions',
          source: 'measured facts §7 (EL 9)',
          files: {
            '/etc/systemd/system/auditd.service.d/refuse.conf': ['[Unit]', 'RefuseManualStop=yes'],
          },
          expected: { exit: 2, verdicts: {} },
        }),
      ),
    );
    const planned = readReport(await dockaudit(made.host, ['plan', '--format', 'json']));
    expect(planned.plan?.commands.slice(-2)).toEqual([[...SIGNAL], [...START]]);
    expect((await dockaudit(made.host, ['--yes'])).exit).toBe(0);
  });
});
