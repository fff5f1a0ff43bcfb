/** Practice hosts on which changes wait to be confirmed: a clock by hand, and who would undo them. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readChanges } from '../../src/apply/journal.ts';
import type { Change } from '../../src/apply/change.ts';
import type { Argv, Clock, Exit, Host } from '../../src/host/host.ts';
import { absolutePath } from '../../src/paths.ts';
import { encode } from '../../src/text.ts';
import { practised, type Practised } from './hosts.ts';

const SYSTEMD_RUN = '/usr/bin/systemd-run';

/** A clock that goes by itself, is moved by hand, and passes a pause at once. */
export interface HandClock extends Clock {
  /** What people and NTP do to a clock: nobody waited. */
  move(ms: number): void;
}

function handClock(): HandClock {
  let ahead = 0;
  return {
    now: () => new Date(Date.now() + ahead),
    move: (ms) => void (ahead += ms),
    pause: async (ms) => {
      ahead += ms;
      await new Promise((resolve) => void setImmediate(resolve));
    },
  };
}

/** A host, and what was started or armed there, each with the state of the change at that moment. */
export interface Watched extends Practised {
  readonly clock: HandClock;
  readonly armed: readonly { readonly argv: Argv; readonly state: string | undefined }[];
  readonly changes: () => Promise<readonly Change[]>;
}

const ended = (status: number): Exit => ({
  status,
  stdout: new Uint8Array(),
  stderr: encode(status === 0 ? '' : 'Failed to start transient service unit\n'),
});

/**
 * @param systemd whether systemd-run is there, which hears of each call and its exit status is yours
 * @param launch what happens where a process of ours is started
 */
export async function watched(
  ways: {
    readonly systemd?: (argv: Argv) => number;
    readonly launch?: (argv: Argv) => Promise<void>;
    readonly scenario?: string;
  } = {},
): Promise<Watched> {
  const { systemd, launch = async () => undefined, scenario = 'fresh' } = ways;
  const clock = handClock();
  const made = await practised(scenario, clock);
  if (systemd) {
    const program = join(made.root, SYSTEMD_RUN);
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(program, '', { mode: 0o755 });
  }
  const changes = () => readChanges(storeOf(made.host), absolutePath('/'));
  const armed: { argv: Argv; state: string | undefined }[] = [];
  const note = async (argv: Argv) => {
    const [latest] = await changes();
    armed.push({ argv, state: latest?.state });
  };
  const host: Host = {
    ...made.host,
    launch: async ({ argv }) => {
      await note(argv);
      await launch(argv);
    },
    run: async (command) => {
      const { argv } = command;
      const isTimer = argv[1] === 'stop' && argv[2]?.endsWith('.timer') === true;
      if (argv[0] !== SYSTEMD_RUN && !(systemd && isTimer)) return made.host.run(command);
      await note(argv);
      return ended(systemd?.(argv) ?? 0);
    },
  };
  return {
    ...made,
    host,
    clock,
    armed,
    changes,
    [Symbol.dispose]: () => made[Symbol.dispose](),
  };
}

function storeOf(host: Host) {
  return {
    host,
    directory: absolutePath('/var/lib/dockaudit'),
    lock: absolutePath('/run/dockaudit.lock'),
  };
}
