/**
 * A process that contends for a lock: `node contender.ts LOCK MODE`, started by a line on stdin.
 * hold: takes it once, says `won` or the failure's exit status, and holds it until stdin ends.
 * run: takes it, has a program run that leaves a daemon behind, and says both their pids.
 * hammer: takes it again and again, and says `collision` if another process was inside with it.
 */

import { closeSync, openSync, unlinkSync } from 'node:fs';
import { stdin, argv } from 'node:process';
import { LockedFailure } from '../../../src/errors.ts';
import { linuxHost } from '../../../src/host/linux.ts';
import { absolutePath } from '../../../src/paths.ts';

const [lock = '', mode = ''] = argv.slice(2);
const path = absolutePath(lock);
const host = linuxHost();
const ended = new Promise((resolve) => void stdin.once('end', resolve));

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function hold(): Promise<void> {
  try {
    await host.exclusively(path, async () => {
      say('won');
      await ended;
    });
  } catch (cause) {
    if (!(cause instanceof LockedFailure)) throw cause;
    say(`${cause.exitCode} ${/process (\d+)/.exec(cause.message)?.[1]}`);
  }
}

async function run(): Promise<void> {
  const script = "setsid sleep 60 >/dev/null 2>&1 & echo $! $$ >'" + lock + ".pids'; exec sleep 60";
  await host.exclusively(path, async () => {
    const shell = [absolutePath('/bin/sh'), '-c', script] as const;
    await host.run({ kind: 'command', argv: shell, timeoutMs: 60_000 });
  });
}

async function hammer(): Promise<void> {
  const until = Date.now() + 700;
  for (let wins = 0; Date.now() < until;) {
    try {
      await host.exclusively(path, async () => {
        // Nobody else may be between these two lines.
        closeSync(openSync(`${path}.inside`, 'wx'));
        if (wins++ === 3 && process.pid % 2 === 0) {
          unlinkSync(`${path}.inside`);
          process.kill(process.pid, 'SIGKILL');
        }
        unlinkSync(`${path}.inside`);
      });
      say('won');
    } catch (cause) {
      if (!(cause instanceof LockedFailure)) say(`collision ${String(cause)}`);
    }
  }
}

say('ready');
const modes = new Map([
  ['hold', hold],
  ['run', run],
  ['hammer', hammer],
]);
stdin.once('data', () => void modes.get(mode)?.());
